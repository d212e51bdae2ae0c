/**
 * The entry of dist/args.cjs, which answers `args FILE WORD…` where there is nothing to do but print the values: each script that declares its
 * arguments waits for it. Everything else (help, what is wrong, a closed pipe) it leaves to the main bundle, which reads the same command line.
 */
import { evaluate, exactEnvironment, exactWords } from '../arguments/evaluate.ts';
import { bytesOf } from '../system/any-bytes.ts';
import { writeAll } from '../system/file-descriptor.ts';

/** Prints the text for the words. @returns whether there is one; nothing is printed otherwise */
function answered(words: readonly string[]): boolean {
  let text: Buffer;
  try {
    const evaluated = evaluate(exactWords(words), exactEnvironment(process.env));
    if (!('text' in evaluated)) return false;
    text = bytesOf(evaluated.text);
  } catch {
    return false;
  }
  writeAll(1, text);
  return true;
}

if (!answered(process.argv.slice(3))) require('./main.cjs');
