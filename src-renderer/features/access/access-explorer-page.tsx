import { useSearchParams } from 'react-router'
import { GatedPage } from '#renderer/app/access.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { Page } from '#renderer/ui/page.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { TabPanel, Tabs } from '#renderer/ui/tabs.tsx'
import { ExpectationsTab } from './expectations-tab.tsx'
import { ExplainTab } from './explain-tab.tsx'
import { MatrixTab } from './matrix-tab.tsx'
import { RulesTab } from './rules-tab.tsx'
import { WhatIfTab } from './what-if-tab.tsx'

const tabs = [
  { value: 'explain', label: 'Explain' },
  { value: 'matrix', label: 'Matrix' },
  { value: 'rules', label: 'Plans and roles' },
  { value: 'what-if', label: 'What if' },
  { value: 'expectations', label: 'Expectations' },
] as const
const tabNames = tabs.map(({ value }) => value)
const fillingTabs: readonly string[] = ['matrix', 'rules', 'expectations']

/** Who and what the question is about goes along from tab to tab; filters belong to theirs. */
const sharedParams = ['subject', 'action'] as const

const Explorer = () => {
  const { organization } = useScope()
  const [tab] = useChoiceParam('tab', tabNames, 'explain')
  const [params, setParams] = useSearchParams()
  const goTo = (next: string) => {
    const kept = new URLSearchParams(next === 'explain' ? {} : { tab: next })
    for (const name of sharedParams) {
      const value = params.get(name)
      if (value) kept.set(name, value)
    }
    setParams(kept)
  }
  return (
    <Page
      fill={fillingTabs.includes(tab)}
      title="Access"
      description={`Who may do what in ${organization.name}, and why not.`}
    >
      <Tabs label="Access" tabs={tabs} value={tab} onValueChange={goTo}>
        <TabPanel value="explain">
          <ExplainTab />
        </TabPanel>
        <TabPanel value="matrix">
          <MatrixTab />
        </TabPanel>
        <TabPanel value="rules">
          <RulesTab />
        </TabPanel>
        <TabPanel value="what-if">
          <WhatIfTab />
        </TabPanel>
        <TabPanel value="expectations">
          <ExpectationsTab />
        </TabPanel>
      </Tabs>
    </Page>
  )
}

/** `/settings/access` */
export const AccessExplorerPage = () => (
  <GatedPage action="access.explain" title="Access">
    <Explorer />
  </GatedPage>
)
