import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Parser from '@actions/workflow-parser';
import { rolldown } from 'rolldown';
import { PACKAGE } from './sandbox.ts';

/** A step of a workflow that runs a shell. */
export interface ShellStep {
  readonly name: string;
  readonly script: string;
}

/** What GitHub's own parser says of a workflow: what is wrong with it, and what its one job runs. */
export interface Workflow {
  readonly errors: readonly string[];
  readonly steps: readonly ShellStep[];
}

/** GitHub's parser of workflows. As published Node does not load it: its imports of JSON lack what the standard asks for, and a bundler does without. */
async function loadParser(): Promise<typeof Parser> {
  const scratch = mkdtempSync(join(tmpdir(), 'tool-workflows-'));
  try {
    const bundle = await rolldown({ input: '@actions/workflow-parser', platform: 'node', cwd: PACKAGE, logLevel: 'silent' });
    await bundle.write({ file: join(scratch, 'parser.mjs'), format: 'esm' });
    await bundle.close();
    return await import(pathToFileURL(join(scratch, 'parser.mjs')).href);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

let parser: Promise<typeof Parser> | undefined;

/** Reads a workflow as GitHub does, expressions and all. */
export async function readWorkflow(file: string): Promise<Workflow> {
  parser ??= loadParser();
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await parser;
  const { context, value } = parseWorkflow({ name: file, content: readFileSync(file, 'utf8') }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(({ message }) => message);
  if (!value || errors.length > 0) return { errors, steps: [] };
  const { errors: more = [], jobs } = await convertWorkflowTemplate(context, value);
  const steps = jobs.flatMap((job) => (job.type === 'job' ? job.steps : []));
  return {
    errors: more.map(({ Message }) => Message),
    steps: steps.flatMap((step) => ('run' in step ? [{ name: String(step.name ?? ''), script: String(step.run) }] : [])),
  };
}
