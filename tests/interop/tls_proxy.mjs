// SPDX-License-Identifier: Apache-2.0
// TLS in front of a plain server: prints its port, then carries bytes both ways, and says "upgrade" for each WebSocket.
//
//   node tls_proxy.mjs KEY CERTIFICATE PORT-OF-THE-SERVER
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer } from 'node:tls';

const [key, certificate, port] = process.argv.slice(2);

const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (near) => {
    near.on('data', (bytes) => bytes.includes('Upgrade: websocket') && console.log('upgrade'));
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]]) {
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
    }
});

server.on('tlsClientError', () => {}); // who does not trust the certificate hangs up
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
