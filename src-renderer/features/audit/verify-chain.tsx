import { useMutation } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { AuditVerification } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'

const Result = ({ result }: { result: AuditVerification }) => {
  if (result.break === null)
    return (
      <Banner tone="success" announce="status" title="The chain is whole">
        {formatNumberOf(result.entries, 'entry', 'entries')} of this installation, from the first to the last,
        fit together.
      </Banner>
    )
  return (
    <Banner
      tone="danger"
      announce="alert"
      title={`The chain breaks at entry ${formatCount(result.break.seq)}`}
    >
      <p>{result.break.reason}</p>
      {result.break.at !== null && (
        <p>
          Recorded <AbsoluteTime at={result.break.at} />
        </p>
      )}
      <p className="text-muted">
        {formatNumberOf(result.entries, 'entry', 'entries')} before it fit together.
      </p>
    </Banner>
  )
}

/** Walks over the whole chain of entries, and says whether one was altered, removed or reordered. */
export const VerifyChain = () => {
  const { inOrganization } = useScope()
  const [open, setOpen] = useState(false)
  const verify = useMutation(orpc.audit.verify.mutationOptions())
  const start = () => {
    setOpen(true)
    verify.mutate(inOrganization)
  }
  return (
    <>
      <Button onClick={start}>
        <ShieldCheck aria-hidden />
        Verify
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Verify the audit log"
        description="Every entry holds the hash of the one before it. Each is computed again."
        footer={
          <>
            <Button busy={verify.isPending} onClick={start}>
              Verify again
            </Button>
            <Button look="primary" onClick={() => setOpen(false)}>
              Close
            </Button>
          </>
        }
      >
        <div className="space-y-4">
          {verify.isPending && <LoadingBlock label="Walking over the chain" />}
          {verify.data && <Result result={verify.data} />}
          {verify.isError && <ProblemNotice failure={failureOf(verify.error)} onRetry={start} />}
          <p className="text-muted">
            This finds what was altered, removed, added or reordered, at the end too. It cannot find that the
            whole database was replaced by an earlier copy of itself: an export that is kept elsewhere shows
            that.
          </p>
        </div>
      </Dialog>
    </>
  )
}
