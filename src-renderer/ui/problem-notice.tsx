import type { Failure } from '#renderer/bridge.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { decidingGate, sentence } from './decision-text.ts'
import { ExplainButton } from './explain-dialog.tsx'

/** Code and explanation of a failure: what support asks for first. */
export const FailureDetails = ({ failure }: { failure: Failure }) => {
  const fact = failure.decision ? decidingGate(failure.decision)?.fact : undefined
  return (
    <>
      {(fact ?? failure.detail) && <p>{fact ? sentence(fact) : failure.detail}</p>}
      {failure.errors?.map((error) => (
        <p key={error.path}>
          {error.path && <code className="mr-1.5 font-mono text-xs">{error.path}</code>}
          {error.message}
        </p>
      ))}
      <p>
        Code: <code className="font-mono text-xs">{failure.code}</code>
        {failure.retryAfterSeconds !== undefined && ` · Try again in ${failure.retryAfterSeconds} s.`}
      </p>
    </>
  )
}

/** A failed call where it was made: what happened, the code, why, and trying again where that can help. */
export const ProblemNotice = ({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) => (
  <Banner
    tone="danger"
    announce="alert"
    title={failure.title}
    actions={
      (failure.decision || onRetry) && (
        <>
          {failure.decision && <ExplainButton decision={failure.decision} />}
          {onRetry && (
            <Button size="sm" onClick={onRetry}>
              Try again
            </Button>
          )}
        </>
      )
    }
  >
    <FailureDetails failure={failure} />
  </Banner>
)
