import { describe, expect, it } from 'vitest'
import { createProtocolHandler } from '#main/shell/protocol.ts'

const handler = () => {
  const served: string[] = []
  const forwarded: string[] = []
  const handle = createProtocolHandler({
    async files(pathname) {
      served.push(pathname)
      return new Response('file')
    },
    async forward(request) {
      forwarded.push(request.url)
      return new Response('answer')
    },
  })
  return { handle, served, forwarded }
}

describe('app://console/', () => {
  it('sends procedure calls on and answers everything else with files', async () => {
    const { handle, served, forwarded } = handler()
    await handle(new Request('app://console/rpc/session/current', { method: 'POST' }))
    await handle(new Request('app://console/rpcs'))
    await handle(new Request('app://console/settings?tab=1'))
    expect(forwarded).toEqual(['app://console/rpc/session/current'])
    expect(served).toEqual(['/rpcs', '/settings'])
  })

  it('is no other host of the scheme', async () => {
    const { handle, served } = handler()
    expect((await handle(new Request('app://other/'))).status).toBe(404)
    expect(served).toEqual([])
  })

  it('forwards nothing for another origin', async () => {
    const { handle, forwarded } = handler()
    const headers = { origin: 'https://evil.example' }
    const foreign = new Request('app://console/rpc/a', { method: 'POST', headers })
    const own = new Request('app://console/rpc/b', { method: 'POST', headers: { origin: 'app://console' } })
    expect((await handle(foreign)).status).toBe(403)
    expect((await handle(own)).status).toBe(200)
    expect(forwarded).toEqual(['app://console/rpc/b'])
  })

  it('writes to no file', async () => {
    const { handle } = handler()
    expect((await handle(new Request('app://console/', { method: 'PUT' }))).status).toBe(405)
  })
})
