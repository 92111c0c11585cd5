import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { changedSchema } from '#main/host/control.ts'
import { dataDirectoryAt, writeHostFile } from '#main/store/data-directory.ts'
import { createdSchema, installation, on } from './run.ts'

/** Somebody in the place of the host of a directory, who only listens. @returns what it is told, in order. */
const listener = async (directory: string) => {
  const told: boolean[] = []
  const server = createServer(async (request, response) => {
    told.push(changedSchema.parse(JSON.parse(await text(request))).lessToSend)
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('There is no port.')
  const url = `http://127.0.0.1:${address.port}`
  const host = { pid: process.pid, url, socket: null, controlToken: 'x'.repeat(43), startedAt: 0 }
  writeHostFile(dataDirectoryAt(directory), host)
  return told
}

test('the host is told when less may be sent than before, and only then', { timeout: 60_000 }, async () => {
  const directory = await installation()
  const ok = on(directory)
  const url = 'https://example.com/hook'
  const { id } = createdSchema.parse(await ok('webhooks', 'create', '--url', url, '--events', 'order.*'))
  const told = await listener(directory)
  await ok('events', 'send', '--type', 'order.paid', '--example')
  await ok('webhooks', 'pause', id)
  await ok('webhooks', 'resume', id)
  expect(told).toEqual([false, true, false])
})
