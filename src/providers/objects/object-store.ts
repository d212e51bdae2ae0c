import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { namesIn } from '../../home/layout.ts';
import { writeWhole } from '../../system/durable.ts';
import { makeFolder } from '../../system/make-folder.ts';
import { readSmallFile } from '../../system/small-file.ts';
import { isModel } from '../definition/definition.ts';
import { isJsonObject, type JsonObject, parsedJson } from '../definition/json-fields.ts';
import { completeObject } from '../models.ts';
import { paramsOf } from '../params/check-params.ts';

const MOST_BYTES = 8 << 20;

/** The key of an object: also a file's name, so it is checked before it touches a path. */
export const isObjectKey = (key: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._:@-]{0,127}$/.test(key);

/** The one object that has parameters for all others. */
const GLOBAL = ['profiles', 'global'] as const;

/** A change of an object that is kept. */
export interface ObjectChange {
  readonly action: 'create' | 'update' | 'delete';
  readonly type: string;
  readonly key: string;
  readonly object: JsonObject;
  /** As it was before; null for one that is new. */
  readonly original: JsonObject | null;
  /** The instance that changed it; empty for the owner. */
  readonly by: string;
}

/** The objects that actions work on, by type and key: a file each. What is not there yet is as if it were new. */
export class ObjectStore {
  readonly #root: string;
  readonly #onChange: (change: ObjectChange) => void;

  /** @param onChange told of each change once it is made */
  constructor(root: string, onChange: (change: ObjectChange) => void = () => {}) {
    this.#root = root;
    this.#onChange = onChange;
  }

  /** An object that is kept; undefined for others. */
  kept(type: string, key: string): JsonObject | undefined {
    // Most objects are not kept, and an exception costs more than a look.
    if (!isModel(type) || !isObjectKey(key) || !existsSync(this.#file(type, key))) return undefined;
    try {
      const value = parsedJson(readSmallFile(this.#file(type, key), MOST_BYTES));
      return isJsonObject(value) ? completeObject(type, key, value) : undefined;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** An object that is kept, or a new one. */
  get(type: string, key: string): JsonObject {
    return this.kept(type, key) ?? completeObject(type, key);
  }

  /** The objects of a type, in byte order of their keys. */
  list(type: string): JsonObject[] {
    if (!isModel(type)) return [];
    const keys = namesIn(join(this.#root, type)).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []));
    return keys.map((key) => this.kept(type, key)).filter((object) => object !== undefined);
  }

  /** Keeps an object, whole or not at all. Type and key have been checked. @param by the instance that asks for it; empty for the owner */
  put(type: string, key: string, object: JsonObject, by = ''): JsonObject {
    return this.#put(type, key, object, this.kept(type, key) ?? null, by);
  }

  /** @returns whether it was kept */
  remove(type: string, key: string, by = ''): boolean {
    const found = this.kept(type, key);
    if (found === undefined) return false;
    rmSync(this.#file(type, key), { force: true });
    this.#onChange({ action: 'delete', type, key, object: found, original: found, by });
    return true;
  }

  /** Sets a parameter of an object, or takes it away with undefined. */
  setParam(type: string, key: string, name: string, value: unknown, by = ''): void {
    const original = this.kept(type, key) ?? null;
    const object = original ?? completeObject(type, key);
    const { [name]: _, ...rest } = paramsOf(object);
    this.#put(type, key, { ...object, Params: value === undefined ? rest : { ...rest, [name]: value } }, original, by);
  }

  #put(type: string, key: string, object: JsonObject, original: JsonObject | null, by: string): JsonObject {
    const whole = completeObject(type, key, object);
    makeFolder(join(this.#root, type), 0o700);
    writeWhole(this.#file(type, key), JSON.stringify(whole), 0o600);
    this.#onChange({ action: original === null ? 'create' : 'update', type, key, object: whole, original, by });
    return whole;
  }

  /** The parameters that all objects have. */
  globalParams(): JsonObject {
    return paramsOf(this.kept(...GLOBAL));
  }

  #file(type: string, key: string): string {
    return join(this.#root, type, `${key}.json`);
  }
}
