const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** A page for people who open the address of a directory that has none of its own: what to type, and links to what is served. */
export function startPage(url: string, brand: string, files: readonly string[]): string {
  const items = files.map((file) => `<li><a href="/${escaped(file.split('/').map(encodeURIComponent).join('/'))}">${escaped(file)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Plugins at ${escaped(url)}</title>
<h1>Plugins at ${escaped(url)}</h1>
<pre>${escaped(`${brand} repository:add dev ${url}/plugins-index.yaml`)}</pre>
<ul>
<li><a href="/plugins-index.yaml">plugins-index.yaml</a></li>
${items.join('\n')}
</ul>
</html>
`;
}
