import { describe, expect, test } from 'vitest';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { clearForms, numericForms, shortNumericForms, writeDate, writtenForms } from './dates/forms.ts';
import { datesTask } from './dates.ts';
import { heldOutExamples } from './split.ts';

const day = (iso: string): Date => new Date(`${iso}T00:00:00Z`);
const everyForm = [...writtenForms, ...numericForms, ...shortNumericForms];

describe('written forms', () => {
  test.each([
    ['1984-03-07', 'the 7th of March 1984', 'the 7th of March 1984'],
    ['1984-03-03', 'Wed 7 Mar 1984', 'Sat 3 Mar 1984'],
    ['2000-02-29', 'Wednesday, March 7, 1984', 'Tuesday, February 29, 2000'],
    ['2024-05-22', 'March 7th, 1984', 'May 22nd, 2024'],
    ['1999-11-11', 'on the 7th of March 1984', 'on the 11th of November 1999'],
    ['1999-11-12', '7th Mar 1984', '12th Nov 1999'],
    ['1999-11-13', '7th Mar 1984', '13th Nov 1999'],
    ['1951-12-01', '7th of March, 1984', '1st of December, 1951'],
    ['1951-12-23', 'March the 7th, 1984', 'December the 23rd, 1951'],
    ['1951-12-31', '07-MAR-84', '31-DEC-51'],
    ['1951-05-31', 'Mar. 7, 1984', 'May 31, 1951'],
    ['1951-06-30', 'Mar. 7, 1984', 'Jun. 30, 1951'],
    ['2007-08-07', "March 7th, '84", "August 7th, '07"],
    ['2007-08-20', 'seventh of March 1984', 'twentieth of August 2007'],
    ['2007-08-21', 'March seventh, 1984', 'August twenty-first, 2007'],
    ['2007-08-30', 'March seventh, 1984', 'August thirtieth, 2007'],
    ['2007-08-31', 'March seventh, 1984', 'August thirty-first, 2007'],
    ['2033-07-03', '19840307', '20330703'],
    ['1984-12-25', '7/3/84', '25/12/84'],
    ['1984-12-25', '3/7/84', '12/25/84'],
    ['1984-12-25', '1984, 7 March', '1984, 25 December'],
  ])('%s as "%s" is "%s"', (iso, form, text) => {
    expect(writeDate(day(iso), form)).toBe(text);
  });

  test('are 57, all different, each as it writes its own example', () => {
    expect(new Set(everyForm).size).toBe(57);
    for (const form of everyForm) expect(writeDate(day('1984-03-07'), form)).toBe(form);
  });

  test('none is longer than the plan, whatever the day', () => {
    let longest = 0;
    // every day of 28 years: by then weekday, day and month have met in every way
    for (let date = day('2022-01-01'); date < day('2050-01-01'); date = new Date(date.getTime() + 86_400_000))
      for (const form of everyForm) longest = Math.max(longest, writeDate(date, form).length);
    expect(longest).toBe(datesTask.train.sourceSteps);
  });

  test('digits alone are written only when they can be read in one way', () => {
    expect(clearForms(day('1984-03-07'))).toEqual(writtenForms);
    expect(clearForms(day('1984-03-12'))).toEqual(writtenForms);
    expect(clearForms(day('1984-03-03'))).toEqual(everyForm);
    expect(clearForms(day('1984-03-13'))).toEqual(everyForm);
    expect(clearForms(day('2031-03-13'))).toEqual([...writtenForms, ...numericForms]);
    expect(clearForms(day('2032-03-13'))).toEqual(everyForm);
  });

  test('fit into 32 characters', () => {
    let longest = 0;
    for (let time = Date.UTC(1984, 0, 1); time < Date.UTC(1991, 0, 1); time += 86_400_000) {
      const date = new Date(time);
      for (const form of everyForm) longest = Math.max(longest, writeDate(date, form).length);
    }
    expect(longest).toBe(32);
  });
});

testExampleTask(datesTask);

describe('the examples', () => {
  const train = takeExamples(datesTask, 'train', 1, 20_000);
  const heldOut = heldOutExamples(datesTask, 1000, 1);
  const all = [...train, ...heldOut];

  test('one text means one day', () => {
    const meanings = new Map<string, string>();
    for (const { source, target } of all) {
      const known = meanings.get(source) ?? target;
      expect(target).toBe(known);
      meanings.set(source, known);
    }
  });

  test('the calendar is true', () => {
    const leapDays = new Set<string>();
    for (const { source, target } of all) {
      expect(target).toMatch(/^(19[5-9]|20[0-4])\d-\d\d-\d\d$/);
      const date = day(target);
      expect(date.toISOString().slice(0, 10)).toBe(target);
      const weekday = /\b(sun|mon|tue|wed|thu|fri|sat)/i.exec(source)?.[1].toLowerCase();
      if (weekday) expect(weekday).toBe(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][date.getUTCDay()]);
      if (target.endsWith('02-29')) leapDays.add(target.slice(0, 4));
    }
    expect(leapDays.size).toBeGreaterThan(8);
    for (const year of leapDays) expect(Number(year) % 4).toBe(0);
  });

  test('both orders of digits lead to the same day, or one of them to none', () => {
    const numeric = all.filter(({ source }) => /^\d{1,2}[/.-]\d{1,2}[/.-]\d+$/.test(source));
    expect(numeric.length).toBeGreaterThan(500);
    for (const { source, target } of numeric) {
      const [first, second] = source.split(/[/.-]/).map(Number);
      const [, month, date] = target.split('-').map(Number);
      const orders = [
        [first, second],
        [second, first],
      ].filter(([asMonth]) => asMonth <= 12);
      for (const [asMonth, asDay] of orders) expect([asMonth, asDay]).toEqual([month, date]);
    }
  });

  test('are short, in letters large and small', () => {
    expect(Math.max(...all.map(({ source }) => source.length))).toBeLessThanOrEqual(32);
    expect(new Set(all.flatMap(({ source }) => [...source])).size).toBe(64);
    for (const text of [/^THE \d/, /^the \d/, /[A-Z][a-z]+ the \d/]) expect(all.some(({ source }) => text.test(source))).toBe(true);
  });

  test('remembering does not help', () => {
    expect(datesTask.baselines(train.slice(0, 2000), heldOut.slice(0, 300))).toEqual({ 'nearest training example': 0 });
  });
});
