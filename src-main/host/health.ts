import type { FastifyInstance } from 'fastify'
import type { HealthWatch } from '#main/engine/health/operations.ts'
import type { DeliverySignal } from '#main/engine/parts.ts'
import { version } from './program.ts'
import { secureAnswer } from './security.ts'

const unwell = 503

/**
 * `GET /healthz`: whether the host can accept and deliver, and the names of what needs attention. For whoever watches:
 * 503 when something stands in the way; nothing in it is secret.
 */
export const registerHealth = (
  server: FastifyInstance,
  { health, delivery }: { health: HealthWatch; delivery: DeliverySignal },
): void => {
  server.get('/healthz', async (_request, reply) => {
    secureAnswer(reply)
    const { at, checks } = await health.check()
    const ok = !checks.some(({ blocking }) => blocking)
    const attention = checks.filter(({ state }) => state === 'attention').map(({ name }) => name)
    const { worker, online } = delivery.state()
    return reply.code(ok ? 200 : unwell).send({ ok, version, worker, online, attention, checkedAt: at })
  })
}
