# compare: $names, $count
$doc = [xml]'<users><user name="a" n="1"/><user name="b" n="2"><tag>x</tag></user></users>'
$names = $doc.users.user.name
$new = $doc.CreateElement('user'); $new.SetAttribute('name', (Get-CsTenant).DisplayName)
$null = $doc.users.AppendChild($new)
$count = $doc.SelectNodes('//user').Count
$doc.Save((Join-Path $PWD 'users.xml'))
(Select-Xml -Path users.xml -XPath '//tag').Node.InnerText
$doc.OuterXml
