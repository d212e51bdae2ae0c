import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../src/http/host.ts';

test.each(['localhost', 'LocalHost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('%s is this machine', (host) => expect(isLoopbackHost(host)).toBe(true));

test.each(['', '0.0.0.0', '::', '10.0.0.1', '127.0.0.999', '127.0.0.1.example.com', 'localhost.example.com', '::12'])('%s is not, or not alone', (host) =>
  expect(isLoopbackHost(host)).toBe(false),
);
