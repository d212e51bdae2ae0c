import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markedProcesses } from '../../src/providers/supervisor/process-marks.ts';
import { homeKey } from '../../src/providers/supervisor/run-folder.ts';
import { Sandbox } from './sandbox.ts';

/** A home with a directory for sockets of its own, whose supervisor is ended with it. */
export class ServedHome extends Sandbox {
  constructor() {
    super();
    mkdirSync(join(this.root, 'run'), { mode: 0o700 });
  }

  override get env() {
    return { ...super.env, XDG_RUNTIME_DIR: join(this.root, 'run') };
  }

  json = async (...words: string[]) => JSON.parse((await this.run([...words, '--json'])).stdout);
  states = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await this.json('instance:list')).map(({ name, state }: { name: string; state: string }) => [name, state]));
  marked = () => markedProcesses([`${homeKey(this.home)}.`]);
  serving = () => JSON.parse(readFileSync(this.at('data/provider/serving.json'), 'utf8'));

  async [Symbol.asyncDispose]() {
    await this.run(['serve:stop']);
    this[Symbol.dispose]();
  }
}
