import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTree, treeHash } from '../../system/tree-hash.ts';
import { DEFAULT_LIMITS } from '../archive/policy.ts';
import type { CompareWorld, Comparison } from '../kind.ts';
import type { SourceRequest } from '../request.ts';
import { stageImport } from './stage.ts';

/** Imports it again, beside what stands. @throws UserError when it cannot be imported any more */
export async function compareImport(request: SourceRequest, { scratch, sourceHash }: CompareWorld): Promise<Comparison> {
  mkdirSync(scratch, { recursive: true });
  const tree = join(scratch, 'imported');
  await stageImport(request, request.source, { tree, scratch, limits: { ...DEFAULT_LIMITS, depth: 100 }, listener: {} });
  return { state: treeHash(readTree(tree)) === sourceHash ? 'current' : 'outdated' };
}
