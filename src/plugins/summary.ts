/** What a program says that it is for, in a comment `# Summary: …`; empty where it does not. @param head the first kilobyte of its file */
export const summaryIn = (head: string): string => /^# Summary: (.*)$/m.exec(head)?.[1]?.trim() ?? '';

/** Bytes at the start of a file that are looked at. */
export const SUMMARY_BYTES = 1024;
