"""Parameter lists, attributes before a definition, classes and enums."""

from __future__ import annotations

from lync_magic.language.lexer import plain
from lync_magic.language.lexer import tokens as t
from lync_magic.language.lexer.tokens import Token
from lync_magic.language.parser.core import COMMAND, EXPRESSION, TYPE
from lync_magic.language.parser.statements import StatementParser
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_MODIFIERS = ("static", "hidden", "public", "private")


class TypeDefinitionParser(StatementParser):
    """Definitions of types, and the parameters that they share with functions."""

    def leading_attributes(self) -> list[e.Attribute] | None:
        """Attributes before `param` or a class; None where something else stands in brackets."""
        found: list[e.Attribute] = []
        while self.lead == "[":
            if self.plain_type() or not self._attribute_ahead():
                return None
            one = self.bracketed()
            if isinstance(one, e.TypeName):
                return None
            found.append(one)
            self.skip_newlines()
        return found

    def _attribute_ahead(self) -> bool:
        """Whether a name and a parenthesis follow the bracket: `[CmdletBinding(`."""
        if (match := plain.ATTRIBUTE(self.text, self.start)) is not None:
            return match[1] is not None
        before, before_end = self.start, self.last_end
        self.next(EXPRESSION)
        name = self.next(TYPE)
        following = self.peek(TYPE)
        self.go_back(before, before_end)
        return name.kind == t.IDENTIFIER and following.kind == "("

    def declarations(self, word: str) -> tuple[s.ParameterDeclaration, ...]:
        """`(…)` of parameters; the next token is the parenthesis."""
        self.go(self.start + 1)
        found: list[s.ParameterDeclaration] = []
        self.skip_newlines()
        outer, self.no_comma = self.no_comma, True
        while True:
            one = self._declaration()
            if one is None:
                break
            found.append(one)
            self.skip_newlines()
            if not self.take_if(","):
                self.peek(COMMAND)  # what is wrong with a word is said before the missing parenthesis
                break
            self.skip_newlines()
            if self.lead == ")":
                self.fail_after("MissingExpressionAfterToken", "Missing expression after ','.")
        self.no_comma = outer
        error_id = "MissingEndParenthesisInFunctionParameterList"
        self.expect(
            ")", error_id, f"Missing ')' in {'function ' if word != 'param' else ''}parameter list.", EXPRESSION
        )
        return tuple(found)

    def _declaration(self) -> s.ParameterDeclaration | None:
        types: list[e.TypeName] = []
        attributes: list[e.Attribute] = []
        start = self.start
        while self.lead == "[":
            one = self.bracketed()
            if isinstance(one, e.TypeName):
                types.append(one)
            else:
                attributes.append(one)
            self.skip_newlines()
        variable = self.plain_variable()
        if variable is None:
            return None
        default: e.Expression | None = None
        before, before_end = self.position, self.last_end
        self.skip_newlines()
        if self.lead == "=":
            self.go(self.start + 1)
            self.skip_newlines()
            default = self.expression()
            if default is None:
                self.fail_after("MissingExpressionAfterToken", "Missing expression after '='.")
        elif self.position != before:
            self.go_back(before, before_end)
        return s.ParameterDeclaration(
            self.source, start, self.last_end, variable, tuple(types), tuple(attributes), default
        )

    def type_definition(self, token: Token, word: str, attributes: tuple[e.Attribute, ...]) -> s.TypeDefinition:
        self.take(token)
        name = self.peek(COMMAND, name=True)
        if name.kind != t.IDENTIFIER:
            self.fail_after("MissingNameAfterKeyword", f"Missing name after {word} keyword.")
        self.take(name)
        self.skip_newlines()
        bases: list[e.TypeName] = []
        if self.take_if(":", EXPRESSION):
            while True:
                self.skip_newlines()
                bases.append(self.type_name())
                if not self.take_if(",", EXPRESSION):
                    break
        self.skip_newlines()
        self.expect("{", "MissingTypeBody", f"Missing {word} body in {word} declaration.")
        self.deeper(token.start)
        members: list[s.TypeMember] = []
        self.skip_separators()
        while self.peek(EXPRESSION).kind not in ("}", t.END):
            members.append(self._label() if word == "enum" else self._member_definition())
            self.skip_separators()
        message = "Missing closing '}' in statement block or type definition."
        self.expect("}", "MissingEndCurlyBrace", message)
        self.depth -= 1
        return s.TypeDefinition(
            self.source, token.start, self.last_end, word, self.spelled(name), tuple(bases), tuple(members), attributes
        )

    def _label(self) -> s.TypeMember:
        name = self.peek(EXPRESSION, name=True)
        if name.kind != t.IDENTIFIER:
            self.unexpected(name)
        self.take(name)
        value = self.expression() if self.take_if("=", EXPRESSION) else None
        return s.TypeMember(self.source, name.start, self.last_end, self.spelled(name), frozenset(), None, (), value)

    def _base_call(self) -> None:
        """`: base(…)` between a constructor's parameters and its body."""
        if not self.take_if(":", EXPRESSION):
            return
        self.skip_newlines()
        base = self.peek(EXPRESSION, name=True)
        if base.kind != t.IDENTIFIER or self.spelled(base).lower() != "base":
            self.fail_after("MissingBaseCtorCall", "Missing 'base' after ':' in a base class constructor call.")
        self.take(base)
        self.skip_newlines()
        self.expect("(", "MissingMethodParameterList", "Missing '(' in class method parameter list.", EXPRESSION)
        self.skip_newlines()
        if self.peek(EXPRESSION).kind != ")":
            self.expression()
            self.skip_newlines()
        self.expect(")", "MissingEndParenthesisInMethodCall", "Missing ')' in method call.", EXPRESSION)

    def _member_definition(self) -> s.TypeMember:
        start = self.start
        modifiers: set[str] = set()
        attributes: list[e.Attribute] = []
        kind: e.TypeName | None = None
        while True:
            token = self.peek(EXPRESSION, name=True)
            if token.kind == "[":
                one = self.bracketed()
                if isinstance(one, e.TypeName):
                    kind = one
                else:
                    attributes.append(one)
            elif token.kind == t.IDENTIFIER and str(token.value).lower() in _MODIFIERS:
                self.take(token)
                modifiers.add(str(token.value).lower())
            else:
                break
            self.skip_newlines()
        self.take(token)
        if token.kind == t.VARIABLE:
            value = self.expression() if self.take_if("=", EXPRESSION) else None
            name = self.spelled(token)[1:]
            return s.TypeMember(
                self.source, start, self.last_end, name, frozenset(modifiers), kind, tuple(attributes), value
            )
        if token.kind != t.IDENTIFIER:
            self.unexpected(token)
        self.skip_newlines()
        if self.peek(EXPRESSION).kind != "(":
            self.unexpected(self.peek(EXPRESSION))
        parameters = self.declarations("function")
        self.skip_newlines()
        self._base_call()
        self.skip_newlines()
        opening = self.expect("{", "MissingMethodBody", "Missing method body in method declaration.")
        self.deeper(opening)
        body = self.script_block("}")
        self.close_brace(opening)
        self.depth -= 1
        return s.TypeMember(
            self.source,
            start,
            self.last_end,
            self.spelled(token),
            frozenset(modifiers),
            kind,
            tuple(attributes),
            None,
            parameters,
            body,
        )
