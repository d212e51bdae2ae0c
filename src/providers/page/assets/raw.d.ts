/** A file as text: Vite reads it so, and so does scripts/bundle.js. */
declare module '*?raw' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: it is what Vite gives
  export default text;
}
