import { createServer, type Socket } from 'node:net'
import { messageLength } from './http-message.ts'

/**
 * A receiver that costs as little as possible: answers 200 to every request and counts. Messages: `count` is
 * answered with the number of requests so far.
 */
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
let requests = 0

const serve = (socket: Socket): void => {
  let rest: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let whole = messageLength(rest); whole !== null; whole = messageLength(rest)) {
      rest = rest.subarray(whole)
      requests += 1
      socket.write(answer)
    }
  })
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address !== 'string') process.send?.({ port: address.port })
})
process.on('message', () => process.send?.({ requests }))
process.on('disconnect', () => process.exit())
