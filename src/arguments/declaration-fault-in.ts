import { isUserError } from '../errors.ts';
import { headOfFile } from '../system/file-head.ts';
import { DECLARED_BYTES } from './declared.ts';

/** What stands in every declaration, and in few other files: only where it does are the readers of both notations loaded. */
const MAY_DECLARE = /USAGE|^\s*#\s*@(?:flag|option|arg|env)\b/m;

/** What is wrong with the arguments that a file declares; undefined for one that declares none, or that cannot be read. */
export async function declarationFaultIn(file: string): Promise<{ readonly line: number; readonly message: string } | undefined> {
  let head: string;
  try {
    head = headOfFile(file, DECLARED_BYTES).toString();
  } catch {
    return undefined;
  }
  if (!MAY_DECLARE.test(head)) return undefined;
  const { readDeclared } = await import('./read-declared.ts');
  try {
    readDeclared(head);
    return undefined;
  } catch (error) {
    if (!isUserError(error)) throw error;
    const [, line = '1', message = error.message] = /^line (\d+): (.*)$/s.exec(error.message) ?? [];
    return { line: Number(line), message };
  }
}
