import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Plus, UserSearch } from 'lucide-react'
import { useId } from 'react'
import type { Subject, TrialChange } from '#contract/access.ts'
import { trialChangesMax } from '#contract/access.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { Field } from '#renderer/ui/field.tsx'
import { Menu, MenuItem } from '#renderer/ui/menu.tsx'
import { useSubject } from './subject.ts'
import { SubjectPicker } from './subject-picker.tsx'
import { TrialChangeRow } from './trial-change-row.tsx'
import { changeLabels, kindsFor, newChange, useTrialChanges, withKeys } from './trial-changes.ts'
import { WhatIfResults } from './what-if-results.tsx'

const AddChange = ({
  subject,
  disabled,
  onAdd,
}: {
  subject: Subject
  disabled: boolean
  onAdd: (change: TrialChange) => void
}) => (
  <Menu
    align="end"
    trigger={
      <Button disabled={disabled}>
        <Plus aria-hidden />
        Add a change
      </Button>
    }
  >
    {kindsFor(subject).map((kind) => (
      <MenuItem key={kind} onSelect={() => onAdd(newChange(kind))}>
        {changeLabels[kind]}
      </MenuItem>
    ))}
  </Menu>
)

const Changes = ({
  changes,
  errors,
  onChange,
}: {
  changes: readonly TrialChange[]
  errors: ReadonlyMap<number, string>
  onChange: (changes: readonly TrialChange[]) => void
}) => {
  if (changes.length === 0)
    return (
      <p className="text-muted">
        Nothing is changed yet. Add another plan, role, membership, override or switch, and see below what
        each action would come to.
      </p>
    )
  return (
    <ol aria-label="Changes, in their order" className="divide-y divide-line">
      {withKeys(changes).map(({ change, key, index }) => (
        <TrialChangeRow
          key={key}
          change={change}
          number={index + 1}
          error={errors.get(index)}
          onChange={(next) => onChange(changes.with(index, next))}
          onRemove={() => onChange(changes.toSpliced(index, 1))}
        />
      ))}
    </ol>
  )
}

/** The errors of a refused question that belong to one of its changes, by the change's place. */
const errorsByChange = (error: unknown): ReadonlyMap<number, string> =>
  new Map(
    failureOf(error).errors?.flatMap(({ path, message }) => {
      const index = /^\/changes\/(\d+)/.exec(path)?.[1]
      return index === undefined ? [] : [[Number(index), message] as const]
    }),
  )

const Sandbox = ({ subject }: { subject: Subject }) => {
  const { inScope } = useScope()
  const { changes, setChanges } = useTrialChanges()
  const query = useQuery(orpc.access.whatIf.queryOptions({ input: { ...inScope, subject, changes } }))
  const errors = query.isError ? errorsByChange(query.error) : new Map<number, string>()
  return (
    <>
      <Card
        title="Changes to try"
        actions={
          <>
            {changes.length > 0 && (
              <Button look="ghost" onClick={() => setChanges([])}>
                Remove all
              </Button>
            )}
            <AddChange
              subject={subject}
              disabled={changes.length >= trialChangesMax}
              onAdd={(change) => setChanges([...changes, change])}
            />
          </>
        }
      >
        <Changes changes={changes} errors={errors} onChange={setChanges} />
      </Card>
      <WhatIfResults subject={subject} changes={changes} query={query} />
    </>
  )
}

/** What every action would come to after changes that nobody makes. */
export const WhatIfTab = () => {
  const { subject, setSubjectId } = useSubject()
  const id = useId()
  return (
    <>
      <Banner icon={FlaskConical} tone="accent" title="Nothing here is saved">
        Changes are made in a sandbox. Real plans, roles and switches stay as they are.
      </Banner>
      <div className="max-w-md">
        <Field id={id} label="Person or API key">
          <SubjectPicker id={id} subject={subject} onChange={setSubjectId} />
        </Field>
      </div>
      {subject ? (
        <Sandbox subject={subject} />
      ) : (
        <EmptyState icon={UserSearch} title="Whom is the question about?">
          <p>Choose a person or an API key above.</p>
        </EmptyState>
      )}
    </>
  )
}
