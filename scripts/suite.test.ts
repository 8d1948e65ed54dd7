import { describe, expect, it } from 'vitest';
import { closingLine, countPart } from './suite.mjs';

const vitest = { script: 'test:unit', report: 'vitest' } as const;
const playwright = { script: 'test:e2e', report: 'playwright' } as const;
const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((test) => ({ status: test, fullName: 'a test' })),
});
const stats = (values: object) => ({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...values } });

describe('countPart', () => {
  it('counts a part without a report as one test', () => {
    expect(countPart({ script: 'lint' }, 0, undefined)).toMatchObject({ passed: 1, failed: 0 });
    expect(countPart({ script: 'lint' }, 1, undefined)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts passed and failed tests', () => {
    const report = { testResults: [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')] };
    expect(countPart(vitest, 1, report)).toMatchObject({ passed: 3, failed: 1 });
    expect(countPart(playwright, 1, stats({ expected: 4, unexpected: 2 }))).toMatchObject({ passed: 4, failed: 2 });
  });

  it('names what failed', () => {
    expect(countPart(vitest, 1, { testResults: [file('failed', 'passed', 'failed')] }).notes).toEqual(['failed: a test']);
    const specs = [
      { title: 'pauses', ok: true },
      { title: 'resumes', ok: false },
    ];
    const report = { ...stats({ expected: 1, unexpected: 1 }), suites: [{ suites: [{ specs }] }] };
    expect(countPart(playwright, 1, report).notes).toEqual(['failed: resumes']);
  });

  it('fails a part that reports nothing', () => {
    expect(countPart(vitest, 0, undefined)).toMatchObject({ passed: 0, failed: 1 });
    expect(countPart(vitest, 0, { testResults: [] })).toMatchObject({ passed: 0, failed: 1 });
    expect(countPart(playwright, 0, stats({}))).toMatchObject({ passed: 0, failed: 1 });
  });

  it('fails a file that cannot be loaded', () => {
    expect(countPart(vitest, 1, { testResults: [file('passed', 'passed'), file('failed')] })).toMatchObject({ passed: 1, failed: 1 });
  });

  it('fails an error outside all tests', () => {
    expect(countPart(vitest, 1, { testResults: [file('passed', 'passed')] })).toMatchObject({ passed: 1, failed: 1 });
    expect(countPart(playwright, 1, { ...stats({ expected: 1 }), errors: [{}] })).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts a test that is switched off as failed and names it', () => {
    const count = countPart(vitest, 0, { testResults: [file('passed', 'passed', 'skipped')] });
    expect(count).toMatchObject({ passed: 1, failed: 1 });
    expect(count.notes[0]).toContain('a test');
    expect(countPart(playwright, 0, stats({ expected: 1, skipped: 1, flaky: 1 }))).toMatchObject({ passed: 1, failed: 2 });
  });
});

it('closes with a line that a machine can read', () => {
  expect(closingLine({ passed: 12, failed: 0 })).toBe('12 passed, 0 failed');
});
