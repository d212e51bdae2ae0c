/**
 * The mode of a plugin's file in the store, whatever it was: whoever may run the plugin reads it, and its owner alone writes it. Set-user-ID,
 * set-group-ID and sticky bits are not a plugin's to give.
 */
export const checkedOutMode = (mode: number): number => (mode & 0o100 ? 0o755 : 0o644);
