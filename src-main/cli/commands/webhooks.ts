import type { Command } from 'commander'
import type { WebhookProbe } from '#contract/webhook-probes.ts'
import { type Webhook, webhooksContract } from '#contract/webhooks.ts'
import {
  addPlaceFlags,
  type CommandLine,
  type CommonFlags,
  collect,
  inputOf,
  parsed,
  report,
} from '../command.ts'
import { openCountText, table, timeText, UsageError } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, placeOf } from '../workspace.ts'
import { type AuthenticationFlags, addAuthenticationFlags, shownBy } from './authentication-flags.ts'
import { addWebhookDeeds } from './webhook-deeds.ts'
import { addSettingFlags, type SettingFlags, settingRows, settingsOf } from './webhook-flags.ts'

interface CreateFlags extends PlaceFlags, CommonFlags, SettingFlags, AuthenticationFlags {
  readonly url: string
  readonly events: readonly string[]
  readonly name?: string
  readonly algorithm?: string
  readonly paused?: true
}

interface UpdateFlags extends PlaceFlags, CommonFlags, SettingFlags, AuthenticationFlags {
  readonly url?: string
  readonly events?: readonly string[]
  readonly name?: string
}

interface ListFlags extends PlaceFlags, CommonFlags {
  readonly status?: string
  readonly search?: string
  readonly limit?: string
}

const { create, get, list, update, delete: remove } = webhooksContract
const eventsFlag = ['--events <patterns>', 'attendee.registered, attendee.* or *; may be repeated'] as const

const breakerText = ({ state, failed, requests, nextProbeAt }: Webhook['breaker']): string => {
  if (state === 'closed') return state
  const probe = nextProbeAt === null ? '' : `, next probe ${timeText(nextProbeAt)}`
  return `${state}: ${failed} of ${requests} requests failed${probe}`
}

const waitingText = (count: number): string => `${openCountText(count)} ${count === 1 ? 'waits' : 'wait'}`

const pauseRows = ({ tokenPause }: Webhook): [string, string][] =>
  tokenPause === null
    ? []
    : [['token endpoint', `left alone until ${timeText(tokenPause.until)}: ${tokenPause.reason}`]]

const blockedRows = ({ blockedBy }: Webhook): [string, string][] =>
  blockedBy === null
    ? []
    : [
        [
          'blocked by',
          `${blockedBy.deliveryId}: ${waitingText(blockedBy.waiting)} behind it; deliveries skip ends it undelivered`,
        ],
      ]

const pausedRows = ({ pausedRelease }: Webhook): [string, string][] =>
  pausedRelease === null
    ? []
    : [['paused release', `${pausedRelease.releaseId}: ${waitingText(pausedRelease.waiting)} for it`]]

const probeText = ({ state, deliveryId, startedAt, finishedAt }: WebhookProbe): string =>
  `${state.replace('_', ' ')}: delivery ${deliveryId}, ${finishedAt === null ? `since ${timeText(startedAt)}` : timeText(finishedAt)}`

const describe = (webhook: Webhook): string[] => {
  const rows: [string, string][] = [
    ['id', webhook.id],
    ['name', webhook.name],
    ['status', [webhook.status, webhook.statusReason].filter(Boolean).join(': ')],
    ['url', webhook.url],
    ['events', webhook.events.join(',')],
    ...settingRows(webhook),
    ['waiting', openCountText(webhook.recent.waiting)],
    ['held', openCountText(webhook.recent.held)],
    ['breaker', breakerText(webhook.breaker)],
    ...pauseRows(webhook),
    ...blockedRows(webhook),
    ...pausedRows(webhook),
    ...(webhook.probe === null ? [] : [['probe', probeText(webhook.probe)] satisfies [string, string]]),
    ['last success', timeText(webhook.lastSuccessAt)],
  ]
  return table([], rows).slice(1)
}

/** Settings and authentication; without one of the options or credentials there are none at all. */
const configured = (flags: SettingFlags & AuthenticationFlags) => {
  const { options: ofSettings, ...settings } = settingsOf(flags)
  const { options: shown, credentials } = shownBy(flags)
  const options = { ...ofSettings, ...shown }
  return {
    ...settings,
    options: Object.keys(options).length > 0 ? options : undefined,
    credentials: Object.keys(credentials).length > 0 ? credentials : undefined,
  }
}

const addCreate = (webhooks: Command, line: CommandLine): void => {
  const command = addPlaceFlags(
    webhooks.command('create').description('Create a webhook; its signing secret is shown this once'),
  )
    .requiredOption('--url <url>', 'where the events go')
    .requiredOption(...eventsFlag, collect)
    .option('--name <name>')
    .option('--algorithm <algorithm>', 'of the signature: hmac or ed25519')
    .option('--paused', 'begins paused: its events are held until it is resumed')
  addAuthenticationFlags(addSettingFlags(command)).action((flags: CreateFlags) =>
    report(line, flags, () =>
      inWorkspace(flags, line.output, async (workspace) => {
        const input = parsed(inputOf(create['~orpc'].inputSchema), {
          ...(await placeOf(workspace, flags)),
          url: flags.url,
          events: flags.events,
          name: flags.name,
          algorithm: flags.algorithm,
          startPaused: flags.paused,
          ...configured(flags),
        })
        const { webhook, secret } = await workspace.engine.operations.webhooks.create(workspace.caller, input)
        const publicKey = webhook.secrets[0]?.publicKey
        return {
          document: secret === null ? { id: webhook.id, publicKey } : { id: webhook.id, secret },
          lines: [
            `Created ${webhook.name} (${webhook.id}) for ${webhook.events.join(', ')}.`,
            secret === null
              ? `The receiver verifies with its public key: ${publicKey}`
              : `Its signing secret, shown this once: ${secret}`,
          ],
        }
      }),
    ),
  )
}

const addUpdate = (webhooks: Command, line: CommandLine): void => {
  const command = addPlaceFlags(
    webhooks.command('update').description('Change a webhook; what no flag names stays as it is'),
  )
    .argument('<id>')
    .option('--url <url>', 'where the events go')
    .option(...eventsFlag, collect)
    .option('--name <name>')
  addAuthenticationFlags(addSettingFlags(command)).action((id: string, flags: UpdateFlags) =>
    report(line, flags, () =>
      inWorkspace(flags, line.output, async (workspace) => {
        const { id: organizationId } = await organizationOf(workspace, flags)
        const { url, events, name } = flags
        const changes = { url, events, name, ...configured(flags) }
        if (Object.values(changes).every((value) => value === undefined)) {
          throw new UsageError('Name at least one setting to change; see --help.')
        }
        const input = parsed(inputOf(update['~orpc'].inputSchema), {
          organizationId,
          webhookId: id,
          ...changes,
        })
        const webhook = await workspace.engine.operations.webhooks.update(workspace.caller, input)
        return { document: webhook, lines: describe(webhook) }
      }),
    ),
  )
}

const addShow = (webhooks: Command, line: CommandLine): void => {
  addPlaceFlags(webhooks.command('show').description('One webhook with its settings'))
    .argument('<id>')
    .action((id: string, flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(get['~orpc'].inputSchema), { organizationId, webhookId: id })
          const webhook = await workspace.engine.operations.webhooks.get(workspace.caller, input)
          return { document: webhook, lines: describe(webhook) }
        }),
      ),
    )
}

const addList = (webhooks: Command, line: CommandLine): void => {
  addPlaceFlags(webhooks.command('list').description('List the webhooks'))
    .option('--status <status>', 'active, paused, disabled or suspended')
    .option('--search <text>', 'part of the name or address')
    .option('--limit <number>', 'at most 200')
    .action((flags: ListFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { status, search, limit } = flags
          const place = await placeOf(workspace, flags)
          const input = parsed(inputOf(list['~orpc'].inputSchema), { ...place, status, search, limit })
          const page = await workspace.engine.operations.webhooks.list(workspace.caller, input)
          const rows = page.items.map((webhook) => [
            webhook.id,
            webhook.name,
            webhook.status,
            webhook.url,
            webhook.events.join(','),
            timeText(webhook.lastSuccessAt),
          ])
          return {
            document: page,
            lines: table(['id', 'name', 'status', 'url', 'events', 'last success'], rows),
          }
        }),
      ),
    )
}

const addDelete = (webhooks: Command, line: CommandLine): void => {
  addPlaceFlags(webhooks.command('delete').description('Delete webhooks; what waits for them is discarded'))
    .argument('<ids...>')
    .action((ids: readonly string[], flags: PlaceFlags & CommonFlags) =>
      report(line, flags, () =>
        inWorkspace(flags, line.output, async (workspace) => {
          const { id: organizationId } = await organizationOf(workspace, flags)
          const input = parsed(inputOf(remove['~orpc'].inputSchema), { organizationId, webhookIds: ids })
          const { deleted } = await workspace.engine.operations.webhooks.delete(workspace.caller, input)
          return { document: { deleted }, lines: [`Deleted ${deleted} of ${ids.length}.`] }
        }),
      ),
    )
}

export const addWebhookCommands = (line: CommandLine): void => {
  const webhooks = line.program.command('webhooks').description('Webhooks of an organization or occasion')
  addCreate(webhooks, line)
  addUpdate(webhooks, line)
  addShow(webhooks, line)
  addList(webhooks, line)
  addWebhookDeeds(webhooks, line)
  addDelete(webhooks, line)
}
