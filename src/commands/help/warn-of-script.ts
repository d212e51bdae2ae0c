import { logWarn, printError } from '../../terminal/log.ts';

/** Tells of what a plugin's script said, and of what is wrong with it. */
export function warnOfScript({ said, warning }: { readonly said?: string | undefined; readonly warning?: string | undefined }): void {
  if (said) printError(said);
  if (warning) logWarn(warning);
}
