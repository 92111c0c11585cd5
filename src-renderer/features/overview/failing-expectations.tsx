import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useDecision } from '#renderer/app/access.tsx'
import { explorerAddress } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { sentence } from '#renderer/ui/decision-text.ts'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { expectationHref, expectationSentence } from '../access/expectation-text.ts'

/** Says that something about access is not as somebody said that it must be. Nothing while all is. */
export const FailingExpectations = () => {
  const { inOrganization } = useScope()
  const mayAsk = useDecision('access.explain')?.allowed ?? false
  const { data } = useQuery(
    orpc.expectations.failing.queryOptions({ input: inOrganization, enabled: mayAsk }),
  )
  if (!data || data.failing === 0) return null
  return (
    <Banner
      tone="danger"
      title={`${formatNumberOf(data.failing, 'expectation')} about access ${data.failing === 1 ? 'fails' : 'fail'}`}
      actions={
        <Button asChild size="sm">
          <Link to={explorerAddress({ tab: 'expectations', show: 'failing' })}>See expectations</Link>
        </Button>
      }
    >
      <ul className="space-y-0.5">
        {data.first.map((expectation) => (
          <li key={expectation.id}>
            <Link to={expectationHref(expectation)} className="font-medium hover:underline">
              {expectationSentence(expectation)}
            </Link>
            <span className="text-muted"> – {sentence(expectation.lastOutcome.fact)}</span>
          </li>
        ))}
      </ul>
    </Banner>
  )
}
