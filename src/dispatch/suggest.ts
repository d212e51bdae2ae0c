/** Words that other programs have for the same thing. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['install', 'add', 'create', 'new', 'i'],
  ['uninstall', 'remove', 'rm', 'delete', 'del', 'destroy', 'unset'],
  ['update', 'upgrade'],
  ['list', 'ls'],
  ['info', 'show', 'status', 'report'],
];

/** The command that another word for the same thing stands for, or undefined. */
export function synonym(word: string, known: readonly string[]): string | undefined {
  const group = SYNONYMS.find((words) => words.includes(word));
  return known.includes(word) ? word : group?.find((other) => known.includes(other));
}
