import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type CustomHeader, customHeadersSchema, type Shape, shapeSchema } from '#contract/webhook-options.ts'
import type { ShapePreview as Preview } from '#contract/webhook-previews.ts'
import { failureOf } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { formatBytes } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'
import type { PreviewSource } from './preview-source.ts'

/** What would be sent of the newest event, while the shape is being written. Incomplete shapes are not asked about. */
export const useShapePreview = (
  source: PreviewSource,
  events: readonly string[],
  shape: Shape | null,
  headers: readonly CustomHeader[],
) => {
  const asked = useDebounced({ events: [...events], shape, headers: [...headers] }, 300)
  const complete = asked.shape === null || shapeSchema.safeParse(asked.shape).success
  const preview = useQuery({
    // Not under the key of webhooks: every change of a webhook would read an event again.
    queryKey: ['shape-preview', source.key, asked],
    queryFn: () =>
      source.tryShape({
        ...asked,
        headers: customHeadersSchema.safeParse(asked.headers).success ? asked.headers : [],
      }),
    enabled: complete,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  })
  return { preview, complete }
}

const Source = ({ source }: { source: Preview['source'] }) => (
  <p className="text-xs text-muted">
    {source.kind === 'event'
      ? 'Tried on the newest event: '
      : 'None has been accepted yet; tried on the example of '}
    <code className="font-mono">{source.type}</code>
    {source.acceptedAt !== null && (
      <>
        {', '}
        <RelativeTime at={source.acceptedAt} />
      </>
    )}
  </p>
)

const Body = ({ label, body }: { label: string; body: Preview['before'] }) => (
  <div className="min-w-0 flex-1 space-y-1">
    <CodeBlock label={label} text={body.text} json={body.contentType === 'json'} wrap className="max-h-72" />
    <p className="text-xs text-muted">
      {body.contentType === 'form' ? 'Form' : 'JSON'}, {formatBytes(body.sizeBytes)}
    </p>
  </div>
)

/** The body before and after. */
export const ShapePreview = ({ preview, complete }: ReturnType<typeof useShapePreview>) => {
  const { data } = preview
  return (
    <section aria-label="Body before and after" className="space-y-2">
      {!complete && (
        <p className="text-xs text-muted">Complete every step to see what becomes of the body.</p>
      )}
      {preview.isError && (
        <ProblemNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} />
      )}
      {preview.isPending && complete && <LoadingBlock label="Trying the shape on the newest event" />}
      {data && (
        <>
          <Source source={data.source} />
          {data.problem && <Banner tone="danger" title={data.problem} />}
          <div className="flex flex-col gap-3 lg:flex-row">
            <Body label="Before" body={data.before} />
            {data.after && <Body label="After" body={data.after} />}
          </div>
        </>
      )}
    </section>
  )
}
