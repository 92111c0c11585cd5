import Fastify from 'fastify'

/** A route that parses the same body as ours and does nothing with it. Sends `{ port }`. */
const server = Fastify()
server.post('/v1/events', async (_, reply) => reply.code(202).send({ id: '', deliveries: 0 }))
const address = await server.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ port: Number(new URL(address).port) })
process.on('disconnect', () => process.exit())
