/**
 * Where programs reach the API: the address of this page in a browser. The desktop window has none of its own;
 * there it is the address that a host has unless it was told another.
 */
export const apiAddress = location.protocol.startsWith('http') ? location.origin : 'http://127.0.0.1:4780'
