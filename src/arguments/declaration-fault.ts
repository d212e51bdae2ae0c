import { UserError } from '../errors.ts';
import { harmlessLine } from '../system/harmless.ts';

/**
 * What is wrong with a declaration, worded to stand behind the name of its file.
 * @param line counted from 1
 * @param token the part of the line that is meant, as it is written
 */
export const declarationFault = (line: number, token: string, message: string): UserError =>
  new UserError('bad-declaration', `line ${line}: ${token === '' ? '' : `${harmlessLine(shortened(token))} `}${message}`);

const shortened = (token: string): string => (token.length > 60 ? `${token.slice(0, 60)}…` : token);
