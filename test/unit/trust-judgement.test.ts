import { expect, test } from 'vitest';
import { judge, type TrustCase } from '../../src/provenance/judge.ts';
import type { Signature } from '../../src/provenance/signature.ts';

const A = { key: 'ssh:SHA256:a', names: ['alice'] };
const B = { key: 'ssh:SHA256:b', names: [] };
const signed = (signer: typeof A | typeof B): Signature => ({ state: 'signed', signer, of: 'archive' });
const unsigned: Signature = { state: 'unsigned' };
const unknown: Signature = { state: 'unknown signer', key: 'ssh:SHA256:z', of: 'tag' };
const bad: Signature = { state: 'bad', why: 'it is cut', of: 'archive' };

type Row = readonly [policy: TrustCase['policy'], signature: Signature | undefined, rest: Partial<TrustCase>, verdict: string];

const UNSIGNED = 'warn: greet is not signed: nobody can tell who made it';
const UNKNOWN = 'greet is signed by ssh:SHA256:z, which is not trusted here';

const TABLE: readonly Row[] = [
  ['off', undefined, {}, 'accept'],
  ['off', unsigned, {}, 'accept'],
  ['off', unknown, {}, 'accept'],
  ['off', signed(A), { standing: { signer: B } }, 'accept'],
  ['off', bad, {}, 'bad-signature: greet has a bad signature: it is cut'],
  ['warn', bad, { acceptsSigner: true }, 'bad-signature: greet has a bad signature: it is cut'],
  ['require', bad, {}, 'bad-signature: greet has a bad signature: it is cut'],
  ['warn', signed(A), {}, 'accept'],
  ['require', signed(A), {}, 'accept'],
  ['warn', unsigned, {}, UNSIGNED],
  ['warn', undefined, {}, UNSIGNED],
  ['warn', unsigned, { standing: {} }, UNSIGNED],
  ['warn', unsigned, { standing: { unverified: 'skipped' } }, UNSIGNED],
  ['warn', unsigned, { standing: { unverified: 'unsigned' } }, 'accept'],
  ['warn', unknown, { standing: { unverified: 'unsigned' } }, `warn: ${UNKNOWN}; compare that key with its owner's, and trust it with \`tool trust:add\``],
  ['warn', unknown, { standing: { unverified: 'unknown signer' } }, 'accept'],
  ['require', unsigned, {}, 'not-signed: greet is not signed'],
  ['require', undefined, {}, 'not-signed: greet is not signed'],
  ['require', unsigned, { standing: { unverified: 'unsigned' } }, 'not-signed: greet is not signed'],
  ['require', unknown, {}, `unknown-signer: ${UNKNOWN}`],
  // Trust on first use.
  ['warn', signed(A), { standing: { signer: A } }, 'accept'],
  ['warn', signed(B), { standing: { unverified: 'unsigned' } }, 'accept'],
  ['warn', signed(B), { standing: { signer: A } }, 'signer-changed: greet was signed by ssh:SHA256:a (alice), and is signed by ssh:SHA256:b now'],
  ['require', signed(B), { standing: { signer: A } }, 'signer-changed: greet was signed by ssh:SHA256:a (alice), and is signed by ssh:SHA256:b now'],
  ['warn', unsigned, { standing: { signer: A } }, 'signer-changed: greet was signed by ssh:SHA256:a (alice), and is not signed now'],
  ['warn', undefined, { standing: { signer: A } }, 'signer-changed: greet was signed by ssh:SHA256:a (alice), and is not signed now'],
  [
    'warn',
    unknown,
    { standing: { signer: B } },
    'signer-changed: greet was signed by ssh:SHA256:b, and is signed by ssh:SHA256:z now, which is not trusted here',
  ],
  ['warn', signed(B), { standing: { signer: A }, acceptsSigner: true }, 'accept'],
  ['warn', unsigned, { standing: { signer: A }, acceptsSigner: true }, UNSIGNED],
  ['require', unsigned, { standing: { signer: A }, acceptsSigner: true }, 'not-signed: greet is not signed'],
  // A lock names another signer than that of what stands.
  ['require', signed(B), { standing: { signer: A }, lockedSigner: B.key }, 'accept'],
  [
    'warn',
    signed(A),
    { standing: { signer: B }, lockedSigner: 'ssh:SHA256:c' },
    'signer-changed: greet was signed by ssh:SHA256:b, and is signed by ssh:SHA256:a (alice) now',
  ],
];

test.each(TABLE)('%s, %j, %j: %s', (policy, signature, rest, expected) => {
  const verdict = judge({ label: 'greet', brand: 'tool', policy, signature, ...rest });
  const text = verdict.does === 'accept' ? 'accept' : verdict.does === 'warn' ? `warn: ${verdict.text}` : `${verdict.error.code}: ${verdict.error.message}`;
  expect(text).toBe(expected);
});
