import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { securePage } from '#main/host/security.ts'
import { contentSecurityPolicy } from '#main/shell/csp.ts'

it('gives a page the same policy in the window and in a browser', async () => {
  const host = Fastify()
  host.get('/', (_request, reply) => {
    securePage(reply, 'abc')
    return ''
  })
  const { headers } = await host.inject('/')
  expect(headers['content-security-policy']).toBe(contentSecurityPolicy('abc'))
})
