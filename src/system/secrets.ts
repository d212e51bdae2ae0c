/**
 * A text without the credentials of http addresses in it: for messages, receipts and logs (DESIGN "Floors").
 * The user of an ssh address (`git@`) is no secret and stays.
 */
export const withoutSecrets = (text: string): string =>
  text.replace(/(https?:\/\/)[^/\s?#'"]*@/gi, '$1').replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):[^/\s?#'"]*@/gi, '$1@');
