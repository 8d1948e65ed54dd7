/**
 * Ways to write a date in English, each as it writes Wednesday, 7 March 1984: what stands for the weekday, the day, the month and the year is
 * read off that example.
 */
export const writtenForms = [
  '7 March 1984',
  '7 Mar 1984',
  '07 March 1984',
  '7 March, 1984',
  '7th March 1984',
  '7th Mar 1984',
  '7th of March 1984',
  '7th of March, 1984',
  'the 7th of March 1984',
  'the 7th of March, 1984',
  'the 7th of March in 1984',
  'on 7 March 1984',
  'on the 7th of March 1984',
  'seventh March 1984',
  'seventh of March 1984',
  'March 7 1984',
  'March 7, 1984',
  'Mar 7, 1984',
  'Mar. 7, 1984',
  'March 7th 1984',
  'March 7th, 1984',
  'March the 7th, 1984',
  'March seventh, 1984',
  'on March 7, 1984',
  '1984, 7 March',
  '1984, March 7',
  '1984 March 7th',
  '1984 Mar 07',
  'in 1984, on March 7th',
  'Wed 7 Mar 1984',
  'Wed, 7 March 1984',
  'Wed the 7th of March 1984',
  'Wednesday 7 March 1984',
  'Wednesday, March 7, 1984',
  'Wednesday, Mar 7th, 1984',
  '7 March 1984 (Wed)',
  "7 March '84",
  "7th of March '84",
  "March 7th, '84",
  '7-Mar-1984',
  '07-MAR-84',
  '1984-Mar-07',
  '1984/03/07',
  '1984.03.07',
  '1984 03 07',
  '19840307',
] as const;

/** The same in digits alone, day or month first: which one it is can be read only off some dates. */
export const numericForms = ['7/3/1984', '07/03/1984', '7.3.1984', '07-03-1984', '3/7/1984', '03/07/1984', '03-07-1984'] as const;

/** And with two digits for the year, which must not look like a day. */
export const shortNumericForms = ['7/3/84', '07.03.84', '3/7/84', '03-07-84'] as const;

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const firstOrdinals =
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );

/**
 * The forms that leave no doubt about a date, given that two digits of a year stand for 1950 to 2049. In digits alone, the day and the month are
 * known apart when the day is above 12 or both are the same, and the year when it is above 31.
 */
export function clearForms(date: Date): readonly string[] {
  const day = date.getUTCDate();
  if (day <= 12 && day !== date.getUTCMonth() + 1) return writtenForms;
  return date.getUTCFullYear() % 100 > 31 ? [...writtenForms, ...numericForms, ...shortNumericForms] : [...writtenForms, ...numericForms];
}

/**
 * Writes a date, of which the time is 0:00 UTC, in the form of an example.
 *
 * @param form how the form writes Wednesday, 7 March 1984
 */
export function writeDate(date: Date, form: string): string {
  const day = date.getUTCDate();
  const month = months[date.getUTCMonth()];
  const weekday = weekdays[date.getUTCDay()];
  const year = String(date.getUTCFullYear());
  const parts: Readonly<Record<string, string>> = {
    Wednesday: weekday,
    Wed: weekday.slice(0, 3),
    seventh: ordinalWord(day),
    '7th': `${day}${ordinalEnding(day)}`,
    '07': twoDigits(day),
    '7': String(day),
    March: month,
    Mar: month.slice(0, 3),
    'Mar.': month === 'May' ? month : `${month.slice(0, 3)}.`,
    MAR: month.slice(0, 3).toUpperCase(),
    '03': twoDigits(date.getUTCMonth() + 1),
    '3': String(date.getUTCMonth() + 1),
    '1984': year,
    '84': year.slice(2),
  };
  return form.replaceAll(/Wednesday|Wed|seventh|March|Mar\.?|MAR|1984|84|7th|07|03|7|3/g, (part) => parts[part]);
}

/** "twenty-seventh". */
function ordinalWord(day: number): string {
  if (day <= 20) return firstOrdinals[day - 1];
  if (day === 30) return 'thirtieth';
  return `${day < 30 ? 'twenty' : 'thirty'}-${firstOrdinals[(day % 10) - 1]}`;
}

function ordinalEnding(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
