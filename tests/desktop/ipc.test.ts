import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bridgeChannels } from '#contract/bridge.ts'
import { handleBridge } from '#main/shell/bridge-handlers.ts'
import { createOpenExternal } from '#main/shell/external.ts'
import { BridgeRefusal, createDoor, type Message, type MessageSource } from '#main/shell/ipc.ts'
import { consoleFrame } from './fake-electron.ts'

type Listener = Parameters<MessageSource['handle']>[1]

const door = () => {
  const listeners = new Map<string, Listener>()
  const reported: unknown[] = []
  const source: MessageSource = { handle: (channel, listener) => void listeners.set(channel, listener) }
  const { handle } = createDoor(source, (error) => reported.push(error))
  const call = (channel: string, payload: unknown, message: Message = consoleFrame) =>
    listeners.get(channel)?.(message, payload)
  return { handle, call, reported, listeners }
}

describe('the door for messages of a page', () => {
  it('parses the payload and answers with a value', async () => {
    const { handle, call } = door()
    handle('double', z.int(), (number) => number * 2)
    expect(await call('double', 21)).toEqual({ ok: true, value: 42 })
    expect(await call('double', '21')).toMatchObject({ ok: false, error: { code: 'invalid' } })
  })

  it.each([
    ['a frame that is gone', { senderFrame: null }],
    ['a frame inside of the page', { senderFrame: { parent: {}, url: 'app://console/' } }],
    ['another site', { senderFrame: { parent: null, url: 'https://console/' } }],
    ['another host of our scheme', { senderFrame: { parent: null, url: 'app://other/' } }],
    ['a file', { senderFrame: { parent: null, url: 'file:///console/index.html' } }],
    ['no address', { senderFrame: { parent: null, url: '' } }],
  ])('refuses %s before it looks at the payload', async (_who, event) => {
    const { handle, call } = door()
    const payloads: unknown[] = []
    handle('ping', z.unknown(), (payload) => payloads.push(payload))
    expect(await call('ping', 1, event)).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(payloads).toEqual([])
  })

  it('tells a page the words of a refusal, and of no other error', async () => {
    const { handle, call, reported } = door()
    const secret = new Error('secret path /home/ada')
    handle('refuse', z.unknown(), () => {
      throw new BridgeRefusal('Not this one.')
    })
    handle('fail', z.unknown(), async () => {
      throw secret
    })
    expect(await call('refuse', 1)).toEqual({
      ok: false,
      error: { code: 'invalid', message: 'Not this one.' },
    })
    const answer = await call('fail', 1)
    expect(answer).toMatchObject({ ok: false, error: { code: 'failed' } })
    expect(JSON.stringify(answer)).not.toContain('secret')
    expect(reported).toEqual([secret])
  })
})

describe('what the bridge offers', () => {
  const bridge = () => {
    const opened: string[] = []
    const notified: unknown[] = []
    const themes: string[] = []
    const { handle, call, listeners } = door()
    handleBridge(
      { handle },
      {
        openExternal: createOpenExternal(async (address) => void opened.push(address)),
        notify: (notification) => void notified.push(notification),
        setTheme: (theme) => void themes.push(theme),
        hostState: () => ({ state: 'ready' }),
        dataKeyProtection: () => 'keychain',
      },
    )
    return { call, listeners, opened, notified, themes }
  }

  it('has a handler for each channel of a call, and no more', () => {
    const { hostStateChanged: _told, ...calls } = bridgeChannels
    expect([...bridge().listeners.keys()].sort()).toEqual(Object.values(calls).sort())
  })

  it('opens addresses for the outside and says no to others', async () => {
    const { call, opened } = bridge()
    expect(await call(bridgeChannels.openExternal, 'https://example.com/a b')).toEqual({
      ok: true,
      value: null,
    })
    expect(await call(bridgeChannels.openExternal, 'file:///etc/passwd')).toMatchObject({
      ok: false,
      error: { code: 'invalid' },
    })
    expect(opened).toEqual(['https://example.com/a%20b'])
  })

  it('shows notifications and sets the theme only with what it understands', async () => {
    const { call, notified, themes } = bridge()
    await call(bridgeChannels.notify, { title: 'Webhook failing', body: 'Badge printer', icon: 'file:///x' })
    await call(bridgeChannels.notify, { title: '', body: '' })
    await call(bridgeChannels.setTheme, 'dark')
    await call(bridgeChannels.setTheme, 'url(x)')
    expect(notified).toEqual([{ title: 'Webhook failing', body: 'Badge printer' }])
    expect(themes).toEqual(['dark'])
  })

  it('answers how the host and the data key are', async () => {
    const { call } = bridge()
    expect(await call(bridgeChannels.hostState, undefined)).toEqual({ ok: true, value: { state: 'ready' } })
    expect(await call(bridgeChannels.dataKeyProtection, undefined)).toEqual({ ok: true, value: 'keychain' })
  })
})
