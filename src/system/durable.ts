import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporaryBeside } from './links.ts';
import { makeFolder } from './make-folder.ts';

/** Makes what a directory lists survive a loss of power. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a file whole or not at all, and for good: a reader sees the old text or the new one, also after a loss of power.
 * @param like its mode, or what stands there where mode and owner are to stay
 */
export function writeDurably(file: string, text: string, like: number | Stats = 0o644): void {
  writeWhole(file, text, like);
  syncDirectory(dirname(file));
}

/** Writes a file whole or not at all; its name lasts once the directory is synced, which the caller has reason to do later. */
export function writeWhole(file: string, text: string, like: number | Stats = 0o644): void {
  makeFolder(dirname(file));
  const temporary = temporaryBeside(file);
  try {
    const fd = openSync(temporary, 'wx', typeof like === 'number' ? like : 0o600);
    try {
      if (typeof like !== 'number') keepOwner(fd, like);
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function keepOwner(fd: number, { mode, uid, gid }: Stats): void {
  if (process.getuid?.() === 0) fchownSync(fd, uid, gid);
  fchmodSync(fd, mode & 0o7777);
}
