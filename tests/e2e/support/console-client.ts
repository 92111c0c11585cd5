import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import type { ConsoleContract } from '#contract/console.ts'

export type Client = ContractRouterClient<ConsoleContract>

/** A session of a person outside of any page, for what a test prepares or looks up. */
export interface PersonSession {
  readonly client: Client
  /** Name and value of the session's cookie, to give to a page. */
  readonly cookie: { readonly name: string; readonly value: string }
}

const cookieOf = (setCookie: string | null) => {
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(setCookie ?? '') ?? []
  if (!name || !value) throw new Error('Signing in set no cookie.')
  return { name, value }
}

const clientOver = (url: string, send: (request: Request) => Promise<Response>): Client =>
  createORPCClient(new RPCLink({ url: `${url}/rpc`, fetch: send }))

/** Keeps the session that `enter` begins. */
const sessionBy = async (
  url: string,
  enter: (client: Client) => Promise<unknown>,
): Promise<PersonSession> => {
  let setCookie: string | null = null
  const entering = clientOver(url, async (request) => {
    const response = await fetch(request)
    setCookie ??= response.headers.get('set-cookie')
    return response
  })
  await enter(entering)
  const cookie = cookieOf(setCookie)
  const client = clientOver(url, (request) => {
    request.headers.set('cookie', `${cookie.name}=${cookie.value}`)
    return fetch(request)
  })
  return { client, cookie }
}

/** Signs in one of the people of the demo workspace, by their first name. */
export const openSession = (url: string, name: string): Promise<PersonSession> =>
  sessionBy(url, async ({ session }) => {
    const person = (await session.demoPeople()).find((candidate) => candidate.name === name)
    if (!person) throw new Error(`There is nobody called ${name} in the demo workspace.`)
    await session.signInAs({ userId: person.userId })
  })

/** Makes the owner and the organization of an empty installation. */
export const openFirstSession = (
  url: string,
  owner: Parameters<Client['session']['setUp']>[0],
): Promise<PersonSession> => sessionBy(url, ({ session }) => session.setUp(owner))

/** The organization that a person works in: the first of theirs. */
export const organizationOf = async ({ session }: Client) => {
  const state = await session.current()
  const [organization] = state.state === 'signed_in' ? state.organizations : []
  if (!organization) throw new Error('The person belongs to no organization.')
  return organization
}
