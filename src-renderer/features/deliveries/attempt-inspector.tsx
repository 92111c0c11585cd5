import type { ReactNode } from 'react'
import { formatDuration } from '#contract/duration.ts'
import type { Attempt } from '#contract/events.ts'
import type { WebhookSecret } from '#contract/webhooks.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { CopyButton } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatDate, formatNumberOf } from '#renderer/ui/format.ts'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { AttemptResult } from './attempt-result.tsx'
import { curlOf } from './curl.ts'
import { delayTexts } from './delivery-delay.tsx'
import { errorClassTexts } from './error-classes.ts'
import { HeadersTable } from './headers-table.tsx'
import { PhaseWaterfall } from './phase-waterfall.tsx'
import { type Bodies, SentBody, sentBodyOf } from './sent-body.tsx'
import { SigningSecrets } from './signing-secrets.tsx'

const dayMs = 24 * 3_600_000
const certificateWarningDays = 14

const isJson = (headers: Attempt['requestHeaders'] | null) =>
  Object.entries(headers ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'content-type' && String(value).includes('json'),
  )

const ErrorExplanation = ({ attempt }: { attempt: Attempt }) => {
  if (!attempt.errorClass) return null
  const { label, meaning, advice } = errorClassTexts[attempt.errorClass]
  return (
    <Banner tone="danger" title={label}>
      {attempt.errorMessage && <p className="font-mono text-xs">{attempt.errorMessage}</p>}
      <p>{meaning}</p>
      <p>{advice}</p>
    </Banner>
  )
}

const Certificate = ({ endsAt, at }: { endsAt: number; at: number }) => {
  const days = Math.floor((endsAt - at) / dayMs)
  const soon = days < certificateWarningDays
  return (
    <span className={soon ? 'font-medium text-warning' : undefined}>
      {formatDate(endsAt)}
      <span className={soon ? undefined : 'text-muted'}>
        , {formatNumberOf(days, 'day')} after the attempt
      </span>
    </span>
  )
}

const Connection = ({ attempt, secrets }: { attempt: Attempt; secrets?: readonly WebhookSecret[] }) => (
  <DescriptionList>
    <Description term="Started">
      <AbsoluteTime at={attempt.startedAt} />
    </Description>
    {attempt.delayedBy !== null && (
      <Description term="Later than due">
        {formatDuration(attempt.phases.queueMs ?? 0)}
        <span className="block text-muted">because {delayTexts[attempt.delayedBy]}</span>
      </Description>
    )}
    <Description term="Took">{formatDuration(attempt.finishedAt - attempt.startedAt)}</Description>
    <Description term="Remote address">
      {attempt.remoteAddress ? (
        <code className="font-mono text-xs">{attempt.remoteAddress}</code>
      ) : (
        'No connection'
      )}
    </Description>
    <Description term="TLS">
      {attempt.tlsVersion ?? (attempt.url.startsWith('https:') ? 'Not reached' : 'None: the URL is http')}
    </Description>
    {attempt.tlsCertificateEndsAt !== null && (
      <Description term="Certificate ends">
        <Certificate endsAt={attempt.tlsCertificateEndsAt} at={attempt.startedAt} />
      </Description>
    )}
    <Description term="Signed with">
      <SigningSecrets secretIds={attempt.secretIds} living={secrets} />
    </Description>
    <Description term="Next attempt">
      {attempt.nextAttemptAt === null ? (
        'None follows'
      ) : (
        <>
          <AbsoluteTime at={attempt.nextAttemptAt} />
          {attempt.nextAttemptReason && (
            <span className="block text-muted">because: {attempt.nextAttemptReason}</span>
          )}
        </>
      )}
    </Description>
  </DescriptionList>
)

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="min-w-0 space-y-2">
    <h3 className="font-semibold">{title}</h3>
    {children}
  </section>
)

const ResponsePart = ({ attempt }: { attempt: Attempt }) => (
  <Part title="Response">
    {attempt.statusCode === null && <p className="text-muted">No response came.</p>}
    {attempt.responseHeaders && <HeadersTable label="Response headers" headers={attempt.responseHeaders} />}
    {attempt.responseBody ? (
      <CodeBlock
        label="Response body"
        text={attempt.responseBody}
        json={isJson(attempt.responseHeaders) && !attempt.responseBodyTruncated}
        wrap
      />
    ) : (
      attempt.statusCode !== null && <p className="text-muted">The body was empty.</p>
    )}
    {attempt.responseBodyTruncated && (
      <p className="text-xs text-muted">Only the first 64 KiB of the body are kept; the rest was not read.</p>
    )}
  </Part>
)

/** One HTTP exchange of a delivery: what was sent, what came back, where the time went, and what follows. */
export const AttemptInspector = ({
  attempt,
  bodies,
  secrets,
}: {
  attempt: Attempt
  bodies: Bodies
  /** Those of the webhook that sign at the moment, where they are known. */
  secrets?: readonly WebhookSecret[]
}) => {
  const body = sentBodyOf(attempt, bodies)
  return (
    <div className="@container min-w-0 space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="text-base font-semibold">Attempt {attempt.number}</h2>
        <AttemptResult attempt={attempt} />
        <span className="ml-auto">
          {body !== null && <CopyButton showLabel label="Copy as cURL" text={curlOf(attempt, body)} />}
        </span>
      </div>
      <ErrorExplanation attempt={attempt} />
      <div className="grid gap-x-8 gap-y-4 @3xl:grid-cols-2">
        <Part title="Connection">
          <Connection attempt={attempt} secrets={secrets} />
        </Part>
        <Part title="Time">
          <PhaseWaterfall phases={attempt.phases} />
        </Part>
        <Part title="Request">
          <p className="font-mono text-xs [overflow-wrap:anywhere]">POST {attempt.url}</p>
          <HeadersTable label="Request headers" headers={attempt.requestHeaders} />
          <SentBody attempt={attempt} bodies={bodies} />
        </Part>
        <ResponsePart attempt={attempt} />
      </div>
    </div>
  )
}
