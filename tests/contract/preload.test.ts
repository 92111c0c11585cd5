import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DesktopBridge } from '#contract/bridge.ts'

/** Security checklist 20: what a page can reach of the shell. */

const exposed = new Map<string, DesktopBridge>()
const invoked: unknown[][] = []
const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: async (...args: unknown[]) => {
    invoked.push(args)
    return { ok: true, value: null }
  },
})

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, value: DesktopBridge) => void exposed.set(name, value),
  },
  ipcRenderer,
}))

const loadPreload = async (): Promise<DesktopBridge> => {
  vi.resetModules()
  await import('../../src-preload/preload.ts')
  const bridge = exposed.get('patchbay')
  if (!bridge) throw new Error('the preload exposes nothing')
  return bridge
}

beforeEach(() => {
  exposed.clear()
  invoked.length = 0
  ipcRenderer.removeAllListeners()
})

describe('the preload', () => {
  it('exposes one frozen object with exactly these keys', async () => {
    const bridge = await loadPreload()
    expect([...exposed.keys()]).toEqual(['patchbay'])
    expect(Object.isFrozen(bridge)).toBe(true)
    expect(Object.keys(bridge).sort()).toEqual([
      'dataKeyProtection',
      'hostState',
      'notify',
      'onHostState',
      'openExternal',
      'platform',
      'setTheme',
      'version',
    ])
  })

  it('reads the version that the shell gave the window', async () => {
    const { argv } = process
    process.argv = [...argv, '--patchbay-version=1.2.3']
    expect(await loadPreload()).toMatchObject({ version: '1.2.3', platform: process.platform })
    process.argv = argv
  })

  it('sends what a function takes and nothing beside it', async () => {
    const bridge = await loadPreload()
    const notification = { title: 'a', body: 'b', icon: 'c' }
    await bridge.openExternal('https://example.com/')
    await bridge.notify(notification)
    await bridge.setTheme('dark')
    await bridge.hostState()
    await bridge.dataKeyProtection()
    expect(invoked).toEqual([
      ['patchbay:open-external', 'https://example.com/'],
      ['patchbay:notify', { title: 'a', body: 'b' }],
      ['patchbay:set-theme', 'dark'],
      ['patchbay:host-state'],
      ['patchbay:data-key-protection'],
    ])
  })

  it('passes states on without the event, until the listening ends', async () => {
    const bridge = await loadPreload()
    const heard: unknown[][] = []
    const end = bridge.onHostState((...args) => heard.push(args))
    ipcRenderer.emit('patchbay:host-state-changed', { sender: 'ipc' }, { state: 'ready' })
    end()
    ipcRenderer.emit('patchbay:host-state-changed', { sender: 'ipc' }, { state: 'starting' })
    expect(heard).toEqual([[{ state: 'ready' }]])
  })
})
