import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A proxy on loopback, with what it was asked. */
export interface ProxyServer extends AsyncDisposable {
  readonly port: number;
  /** `CONNECT 127.0.0.1:1`, `GET http://…`, and whom they were from. */
  readonly asked: string[];
}

/**
 * A real proxy, for CONNECT and for plain requests.
 * @param refuse a status that it answers instead of doing anything
 */
export async function proxyServer(refuse?: number): Promise<ProxyServer> {
  const asked: string[] = [];
  const note = (method: string, url: string, authorization: string | undefined): void => {
    asked.push([method, url, ...(authorization ? [Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()] : [])].join(' '));
  };
  const server = createServer(({ method = '', url = '', headers }, response) => {
    note(method, url, headers['proxy-authorization']);
    if (refuse) return response.writeHead(refuse).end('refused');
    request(url, { headers: headers.authorization ? { authorization: headers.authorization } : {} }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    }).end();
  });
  server.on('connect', ({ url = '', headers }, socket) => {
    note('CONNECT', url, headers['proxy-authorization']);
    socket.on('error', () => {});
    if (refuse) return socket.end(`HTTP/1.1 ${refuse} Refused\r\nContent-Length: 0\r\n\r\n`);
    const [host = '', port] = url.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => {}).on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
