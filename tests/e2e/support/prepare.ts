import { rm } from 'node:fs/promises'
import { prepareDemo } from './host.ts'

/** Before all tests of the browser: the demo workspace is made once for all workers. Answers what is to be done after them. */
const prepare = async (): Promise<() => Promise<void>> => {
  const directory = await prepareDemo()
  return () => rm(directory, { recursive: true, force: true })
}
export default prepare
