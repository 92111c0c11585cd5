import { expect, test } from 'vitest'
import { movableClock } from '../support/engine.ts'
import { browserAt, owner, problemOf, runHost, runHostOfAda } from './running-host.ts'

const { email, password } = owner

test('a first run is set up, and the owner has a cookie that scripts and other sites never see', async () => {
  const host = await runHost()
  expect(await host.signInUrl()).toBeNull()
  const ada = host.browser()
  expect(await ada.client.session.current()).toMatchObject({ state: 'not_set_up', demo: false })
  expect(await ada.client.session.setUp(owner)).toMatchObject({ state: 'signed_in', user: { name: 'Ada' } })
  const attributes = (ada.lastSetCookie() ?? '').split('; ').slice(1)
  expect(attributes.toSorted()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict'])
  expect(await ada.client.session.current()).toMatchObject({ state: 'signed_in' })
  expect(await host.browser().client.session.current()).toMatchObject({ state: 'signed_out' })
  expect(await problemOf(host.browser().client.session.setUp(owner))).toMatchObject({
    code: 'already_set_up',
  })
})

test('a person signs in and out, and a cookie that was signed out is worth nothing', async () => {
  const { host } = await runHostOfAda()
  const ada = host.browser()
  expect(await ada.client.session.signIn({ email: ' ADA@harbourhall.example ', password })).toMatchObject({
    state: 'signed_in',
  })
  const cookie = ada.cookie() ?? ''
  await ada.client.session.signOut()
  expect(ada.cookie()).toBeNull()
  expect(await browserAt(host.url, { cookie }).client.session.current()).toMatchObject({
    state: 'signed_out',
  })
  expect(await problemOf(browserAt(host.url, { cookie }).client.session.list())).toMatchObject({
    code: 'not_signed_in',
    status: 401,
  })
})

test('the sign-in address works once', async () => {
  const { host } = await runHostOfAda()
  const address = new URL((await host.signInUrl()) ?? '')
  expect(address.origin).toBe(host.url)
  expect(address.pathname).toBe('/sign-in')
  const code = address.searchParams.get('code') ?? ''
  const browser = host.browser()
  expect(await browser.client.session.signInWithCode({ code })).toMatchObject({
    state: 'signed_in',
    user: { name: 'Ada' },
  })
  expect(await problemOf(host.browser().client.session.signInWithCode({ code }))).toMatchObject({
    code: 'sign_in_code_invalid',
  })
})

test('a new sign-in takes the place of the session that the browser had', async () => {
  const { ada } = await runHostOfAda()
  const before = ada.cookie()
  await ada.client.session.signIn({ email, password })
  expect(ada.cookie()).not.toBe(before)
  expect(await ada.client.session.list()).toHaveLength(1)
})

test('a locked session does nothing but unlock', async () => {
  const { ada, organizationId } = await runHostOfAda()
  await ada.client.session.lock()
  expect(await ada.client.session.current()).toMatchObject({ state: 'locked', user: { name: 'Ada' } })
  expect(await problemOf(ada.client.users.list({ organizationId }))).toMatchObject({
    code: 'session_locked',
    status: 423,
  })
  expect(await problemOf(ada.client.session.unlock({ password: 'wrong' }))).toMatchObject({
    code: 'wrong_credentials',
  })
  expect(await ada.client.session.unlock({ password })).toMatchObject({ state: 'signed_in' })
  expect((await ada.client.users.list({ organizationId })).items).toHaveLength(1)
})

test('a session locks when nobody used it, whatever the browser believes', async () => {
  const clock = movableClock(Date.now())
  const { ada } = await runHostOfAda({ clock })
  await ada.client.session.list()
  clock.advance(15 * 60_000)
  await ada.client.session.list()
  clock.advance(15 * 60_000 + 1)
  expect(await problemOf(ada.client.session.list())).toMatchObject({ code: 'session_locked' })
})

test('a changed password signs the other browsers out', async () => {
  const { host, ada } = await runHostOfAda()
  const other = host.browser()
  await other.client.session.signIn({ email, password })
  await ada.client.session.changePassword({ currentPassword: password, newPassword: 'another long one' })
  expect(await other.client.session.current()).toMatchObject({ state: 'signed_out' })
  expect(await ada.client.session.current()).toMatchObject({ state: 'signed_in' })
})

test('a session is revoked from another browser', async () => {
  const { host, ada } = await runHostOfAda()
  const other = host.browser()
  const state = await other.client.session.signIn({ email, password })
  if (state.state !== 'signed_in') throw new Error(state.state)
  await ada.client.session.revoke({ sessionId: state.sessionId })
  expect(await other.client.session.current()).toMatchObject({ state: 'signed_out' })
})

test('guessing a password is slowed down, and signing in is not', async () => {
  const clock = movableClock(Date.now())
  const { host } = await runHostOfAda({ clock })
  const browser = host.browser()
  const signIn = (given: string) => browser.client.session.signIn({ email, password: given })
  for (let count = 0; count < 12; count += 1) await signIn(password)
  for (let count = 0; count < 10; count += 1) {
    expect(await problemOf(signIn('wrong'))).toMatchObject({ code: 'wrong_credentials' })
  }
  expect(await problemOf(signIn(password))).toMatchObject({
    code: 'too_many_requests',
    status: 429,
    retryAfterSeconds: 300,
  })
  clock.advance(5 * 60_000)
  expect(await signIn(password)).toMatchObject({ state: 'signed_in' })
})

test('one address cannot go through many accounts either', async () => {
  const { host } = await runHostOfAda()
  const { client } = host.browser()
  const problems = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      problemOf(client.session.signInWithCode({ code: `made up ${index}` })),
    ),
  )
  const codes = problems.map(({ code }) => code)
  expect(codes.filter((code) => code === 'sign_in_code_invalid')).toHaveLength(30)
  expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(10)
})

test('one-click sign-in is for the demo only', async () => {
  const { host, ada } = await runHostOfAda()
  const state = await ada.client.session.current()
  if (state.state !== 'signed_in') throw new Error(state.state)
  const stranger = host.browser()
  expect(await stranger.client.session.demoPeople()).toEqual([])
  expect(await problemOf(stranger.client.session.signInAs({ userId: state.user.id }))).toMatchObject({
    code: 'demo_only',
  })
})
