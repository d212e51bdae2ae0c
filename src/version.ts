declare const TOOL_VERSION: string;

/** The package's version; the build puts it in from package.json. */
export const VERSION: string = TOOL_VERSION;
