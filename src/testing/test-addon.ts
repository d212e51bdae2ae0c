import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../errors.ts';
import { namesIn } from '../home/layout.ts';
import { fileHash } from '../system/file-hash.ts';
import { statOrNothing } from '../system/links.ts';
import { lastLines, runInHome, type StepResult, type TestWorld } from './run-in-home.ts';
import { failed, passed, skipped, type TestListener, type TestPoint } from './test-point.ts';
import type { TestSubject } from './test-subject.ts';

/** The package of an add-on that is tried. */
export interface TriedPackage {
  readonly name: string;
  readonly version: string;
  /** The archive. */
  readonly file: string;
}

export interface AddonTestOptions {
  readonly hostVersion: string;
  /** An older package, from which it is updated. */
  readonly from?: TriedPackage | undefined;
  /** The text of a spec, with `__testver__`, `__testdist__` and `__testsha256__` in it (contract registry §2.7). */
  readonly spec?: string | undefined;
  /** Whether it has a function for nodes that join a cluster. */
  readonly joins: boolean;
  readonly seconds: number;
  readonly listener: TestListener;
}

/** Programs of a cluster, which succeed and do nothing where nobody gives better ones. */
const CLUSTER = ['kubectl', 'ctr'] as const;

/**
 * A folder for `makeThrowawayHome`, whose programs are first on PATH in the home.
 * @param scratch is written to
 * @param stubs the folder with the author's programs
 * @throws UserError where that is none
 */
export function addonSubject({ name }: TriedPackage, scratch: string, stubs?: string): TestSubject {
  if (stubs !== undefined && !statOrNothing(stubs)?.isDirectory())
    throw new UserError('not-a-directory', `${stubs} is not a directory`, { status: 2, hint: 'give one with programs to --stubs' });
  const folder = join(scratch, 'test/stubs');
  mkdirSync(folder, { recursive: true });
  const own = stubs === undefined ? [] : namesIn(stubs);
  for (const program of own) symlinkSync(join(realpathSync(stubs as string), program), join(folder, program));
  for (const program of CLUSTER.filter((one) => !own.includes(one))) {
    writeFileSync(join(folder, program), '#!/bin/sh\n');
    chmodSync(join(folder, program), 0o755);
  }
  return { name, directory: scratch };
}

/** The spec that installs a package and says nothing else of it. */
const plainSpec = (name: string): string => `spec:\n  ${name}:\n    version: "__testver__"\n    s3Override: "__testdist__"\n    sha256: "__testsha256__"\n`;

/** Installs a package into the home, applies it again, has it join a cluster, updates it from an older one, and rolls it back: a point for each. */
export async function testAddon(world: TestWorld, tried: TriedPackage, options: AddonTestOptions): Promise<void> {
  const { from, joins, listener, seconds, spec = plainSpec(tried.name), hostVersion } = options;
  const { root } = world.home;
  mkdirSync(join(root, 'registry/external'), { recursive: true });
  writeFileSync(join(root, 'registry/external/addon-registry.json'), '{}');
  const apply = async (one: TriedPackage, ...more: string[]): Promise<StepResult> => {
    const sha256 = await fileHash(one.file);
    const words = { __testver__: one.version, __testdist__: pathToFileURL(realpathSync(one.file)).href, __testsha256__: sha256 };
    writeFileSync(
      join(root, 'spec.yaml'),
      spec.replaceAll(/__test(?:ver|dist|sha256)__/g, (word) => words[word as keyof typeof words]),
    );
    return runInHome(world, ['tool', 'addon:apply', join(root, 'spec.yaml'), '--host-version', hostVersion, '--registry', join(root, 'registry'), ...more], {
      seconds,
    });
  };
  /** @returns whether it came out well */
  const tell = (name: string, { status, timedOut, output }: StepResult, problem?: string): boolean => {
    if (world.interrupted.aborted) return false;
    const point: TestPoint = timedOut
      ? failed(name, `it was ended after ${seconds} s; TOOL_TEST_TIMEOUT gives it more`, ...lastLines(output))
      : status !== 0
        ? failed(name, `exit status ${status}`, ...lastLines(output))
        : problem === undefined
          ? passed(name)
          : failed(name, problem, ...lastLines(output));
    listener.point(point);
    return point.state === 'passed';
  };
  if (from !== undefined && !tell(`${from.version} installs`, await apply(from))) return;
  if (!tell(from === undefined ? 'it installs' : `it updates from ${from.version}`, await apply(tried))) return;
  const again = await apply(tried, '--json');
  tell('applied again, it changes nothing', again, /"action":\s*"unchanged"/.test(again.stdout) ? undefined : 'it was installed once more');
  if (from !== undefined) tell(`it rolls back to ${from.version}`, await runInHome(world, ['tool', 'plugin:rollback', tried.name], { seconds }));
  if (joins) tell('it joins a cluster', await apply(tried, '--join'));
  else listener.point(skipped('it joins a cluster', `it has no function ${tried.name}_join`));
}
