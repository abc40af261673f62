# Writes how each culture of .NET has numbers, currency, percents and dates.
# pwsh -NoProfile -File cultures.ps1 | xz -9 > lync_magic/language/values/cultures.txt.xz
# A line is a culture, its fields parted by tabs as `Culture` in culture.py has them, the items of one by `|`.
$list = 'MonthNames', 'MonthGenitiveNames', 'AbbreviatedMonthNames', 'AbbreviatedMonthGenitiveNames'
$cultures = [Globalization.CultureInfo]::GetCultures('AllCultures') | Where-Object Name | Sort-Object Name -Unique
foreach ($culture in $cultures) {
    $number = $culture.NumberFormat
    $date = $culture.DateTimeFormat
    $fields = @(
        $culture.Name, $culture.EnglishName, $culture.NativeName, $culture.LCID, $culture.Parent.Name, [int] $culture.IsNeutralCulture
        $culture.Calendar.GetType().Name, $culture.TextInfo.ListSeparator
        $number.NumberDecimalSeparator, $number.NumberGroupSeparator, ($number.NumberGroupSizes -join '|')
        $number.NegativeSign, $number.PositiveSign, $number.NumberDecimalDigits
        $number.PositiveInfinitySymbol, $number.NegativeInfinitySymbol, $number.NaNSymbol
        $number.CurrencySymbol, $number.CurrencyPositivePattern, $number.CurrencyNegativePattern, $number.CurrencyDecimalDigits
        $number.CurrencyDecimalSeparator, $number.CurrencyGroupSeparator, ($number.CurrencyGroupSizes -join '|')
        $number.PercentSymbol, $number.PerMilleSymbol, $number.PercentPositivePattern, $number.PercentNegativePattern
        $number.PercentDecimalDigits
        $date.AMDesignator, $date.PMDesignator, $date.DateSeparator, $date.TimeSeparator, $date.GetEraName(0)
        ($list | ForEach-Object { $date.$_[0..11] -join '|' })
        ($date.DayNames -join '|'), ($date.AbbreviatedDayNames -join '|'), ($date.ShortestDayNames -join '|')
        $date.ShortDatePattern, $date.LongDatePattern, $date.ShortTimePattern, $date.LongTimePattern
        $date.MonthDayPattern, $date.YearMonthPattern, [int] $date.FirstDayOfWeek, [int] $date.CalendarWeekRule
    )
    $fields -join "`t"
}
