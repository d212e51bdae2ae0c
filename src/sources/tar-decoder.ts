export { createTarDecoder } from 'modern-tar';
