// Makes dist/sample-provider: one file, with the SDK and the version in it. VERSION says another version than package.json.
// It is CommonJS, which Node takes whatever the file is called.
import { chmodSync, readFileSync } from 'node:fs';
import { rolldown } from 'rolldown';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const build = await rolldown({
  input: 'src/provider.ts',
  platform: 'node',
  transform: { target: 'node20', define: { VERSION: JSON.stringify(process.env.VERSION ?? `v${version}`) } },
});
await build.write({ file: 'dist/sample-provider', format: 'cjs', banner: '#!/usr/bin/env node' });
await build.close();
chmodSync('dist/sample-provider', 0o755);
