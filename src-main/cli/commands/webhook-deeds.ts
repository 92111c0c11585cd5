import type { Command } from 'commander'
import { type Webhook, webhooksContract } from '#contract/webhooks.ts'
import { addPlaceFlags, type CommandLine, type CommonFlags, inputOf, parsed, report } from '../command.ts'
import { openCountText, type Report, timeText } from '../output.ts'
import { inWorkspace, organizationOf, type PlaceFlags, type Workspace } from '../workspace.ts'

type Flags = PlaceFlags & CommonFlags

interface ResumeFlags extends Flags {
  readonly keepHeld?: true
}

interface RotateFlags extends Flags {
  readonly overlapHours?: number
  readonly algorithm?: string
  readonly force?: true
}

interface ExtendFlags extends Flags {
  readonly overlapHours: number
}

const { pause, resume, probeAndResume, rotateSecret, extendOverlap, endOverlap } = webhooksContract

/** What a command does about one webhook of an organization. */
type Deed<F> = (
  workspace: Workspace,
  of: { organizationId: string; webhookId: string },
  flags: F,
) => Promise<Report>

const aboutOne =
  <F extends Flags>(line: CommandLine, deed: Deed<F>) =>
  (webhookId: string, flags: F): Promise<void> =>
    report(line, flags, () =>
      inWorkspace(flags, line.output, async (workspace) => {
        const { id: organizationId } = await organizationOf(workspace, flags)
        return deed(workspace, { organizationId, webhookId }, flags)
      }),
    )

const stateOf = (webhook: Webhook): Report => {
  const { waiting, held } = webhook.recent
  const open = `${openCountText(waiting)} waiting, ${openCountText(held)} held`
  return { document: webhook, lines: [`${webhook.name} (${webhook.id}) is ${webhook.status}: ${open}.`] }
}

const secretsOf = (webhook: Webhook): Report => ({
  document: webhook,
  lines: webhook.secrets.map(({ id, tail, expiresAt }) => {
    const until = expiresAt === null ? 'signs' : `signs along until ${timeText(expiresAt)}`
    return `${id} (…${tail}) ${until}.`
  }),
})

const addStateCommands = (webhooks: Command, line: CommandLine): void => {
  addPlaceFlags(webhooks.command('pause').description('Hold what comes in until it is resumed'))
    .argument('<id>')
    .action(
      aboutOne(line, async ({ engine, caller }, of) =>
        stateOf(
          await engine.operations.webhooks.pause(caller, parsed(inputOf(pause['~orpc'].inputSchema), of)),
        ),
      ),
    )

  addPlaceFlags(webhooks.command('resume').description('Send again, and let go what it holds, oldest first'))
    .argument('<id>')
    .option('--keep-held', 'what it holds stays held, for deliveries release')
    .action(
      aboutOne<ResumeFlags>(line, async ({ engine, caller }, of, { keepHeld }) => {
        const input = parsed(inputOf(resume['~orpc'].inputSchema), { ...of, keepHeld })
        return stateOf(await engine.operations.webhooks.resume(caller, input))
      }),
    )

  addPlaceFlags(
    webhooks
      .command('probe')
      .description(
        'Send one real request, and resume the webhook when it is answered with 2xx; a host must run',
      ),
  )
    .argument('<id>')
    .action(
      aboutOne(line, async ({ engine, caller }, of) => {
        const input = parsed(inputOf(probeAndResume['~orpc'].inputSchema), of)
        const webhook = await engine.operations.webhooks.probeAndResume(caller, input)
        return {
          document: webhook,
          lines: [
            `A probe is under way: delivery ${webhook.probe?.deliveryId}. webhooks show tells its end.`,
          ],
        }
      }),
    )
}

const addSecretCommands = (webhooks: Command, line: CommandLine): void => {
  addPlaceFlags(
    webhooks
      .command('rotate')
      .description('Make a new signing secret, shown this once; the older ones sign along'),
  )
    .argument('<id>')
    .option('--overlap-hours <number>', 'how long they sign along, 0 to 168; 24 when absent', Number)
    .option('--algorithm <algorithm>', 'of the new one: hmac or ed25519')
    .option('--force', 'although one of an earlier rotation still signs along')
    .action(
      aboutOne<RotateFlags>(line, async ({ engine, caller }, of, { overlapHours, algorithm, force }) => {
        const input = parsed(inputOf(rotateSecret['~orpc'].inputSchema), {
          ...of,
          overlapHours,
          algorithm,
          force,
        })
        const { webhook, secret } = await engine.operations.webhooks.rotateSecret(caller, input)
        return {
          document: { id: webhook.id, secret, secrets: webhook.secrets },
          lines: [
            secret === null
              ? `The receiver verifies with its public key: ${webhook.secrets[0]?.publicKey}`
              : `Its signing secret, shown this once: ${secret}`,
            ...secretsOf(webhook).lines,
          ],
        }
      }),
    )

  addPlaceFlags(webhooks.command('extend-overlap').description('Let the older secrets sign along for longer'))
    .argument('<id>')
    .requiredOption('--overlap-hours <number>', 'from now, 1 to 168', Number)
    .action(
      aboutOne<ExtendFlags>(line, async ({ engine, caller }, of, { overlapHours }) => {
        const input = parsed(inputOf(extendOverlap['~orpc'].inputSchema), { ...of, overlapHours })
        return secretsOf(await engine.operations.webhooks.extendOverlap(caller, input))
      }),
    )

  addPlaceFlags(webhooks.command('end-overlap').description('Let only the newest secret sign from now on'))
    .argument('<id>')
    .action(
      aboutOne(line, async ({ engine, caller }, of) => {
        const input = parsed(inputOf(endOverlap['~orpc'].inputSchema), of)
        return secretsOf(await engine.operations.webhooks.endOverlap(caller, input))
      }),
    )
}

/** What is done with a webhook that is there, below `webhooks`. */
export const addWebhookDeeds = (webhooks: Command, line: CommandLine): void => {
  addStateCommands(webhooks, line)
  addSecretCommands(webhooks, line)
}
