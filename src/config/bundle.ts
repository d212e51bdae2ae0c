import { pack } from 'tar-stream';

/**
 * The variables of config:bundle as a tar archive, a file each: their owner's alone, and the same bytes whenever they are made.
 * @param input names and values in turn, a NUL byte behind each: as config:bundle pipes them, so that no argument and no file holds a secret
 */
export async function bundle(input: Buffer): Promise<Buffer> {
  const archive = pack();
  const fields = splitAtNul(input);
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value] = fields.slice(index, index + 2) as [Buffer, Buffer];
    archive.entry({ name: name.toString(), mode: 0o600, mtime: new Date(0) }, value);
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function splitAtNul(bytes: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  let from = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
    fields.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return fields;
}
