/**
 * The address of what stands beside a file, such as its signature: an ending behind its path, in front of what a query says.
 * @param ending such as `.prov`
 */
export function addressBeside(address: string, ending: string): string {
  const url = new URL(address);
  url.pathname += ending;
  return url.href;
}
