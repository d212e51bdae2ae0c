/** The client of NATS, which is loaded when a supervisor has a server to connect to. */
export { AckPolicy, DeliverPolicy, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
export { connect, credsAuthenticator, headers, tokenAuthenticator, usernamePasswordAuthenticator } from '@nats-io/transport-node';
