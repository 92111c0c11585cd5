import type { FastifyInstance } from 'fastify'
import type { DeliverySignal } from '#main/engine/parts.ts'
import { version } from './program.ts'
import { secureAnswer } from './security.ts'

/** `GET /healthz`: whether the host answers and the worker runs. For whoever watches; nothing in it is secret. */
export const registerHealth = (server: FastifyInstance, delivery: DeliverySignal): void => {
  server.get('/healthz', async (_request, reply) => {
    secureAnswer(reply)
    return { ok: true, version, ...delivery.state() }
  })
}
