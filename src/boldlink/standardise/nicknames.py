"""Short and familiar forms of forenames, as people in Britain and Ireland use them: `bill` is short for `william`.

Common knowledge, put down by hand; a name may be short for several (`pat`), and what is not listed is short for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FULL_AND_SHORT = """
abigail abi abbie abby gail | adam ad | adelaide addie ada | agnes aggie nessie | alan al allan allen
albert al bert bertie | alexander alex al alec alick sandy sasha xander lex | alexandra alex sandra sandy sasha lexi
alfred alf alfie fred | alice ally ali | alison ali ally allie | amanda mandy manda | amelia amy millie mia
andrew andy drew | angela angie ange | ann anna anne annie nan nancy | annabel anna bella belle
anthony tony ant antony | antonia toni | archibald archie | arthur art artie | augustus gus | barbara babs barb barbie
barnabas barney | bartholomew bart | beatrice bea trixie bee | benedict ben | benjamin ben benji benny | bernadette bernie
bernard bernie | bethany beth | bridget biddy bridie | bradley brad | cameron cam | caroline carrie caz lyn
catherine cath cathy kate katie kat kathy kit kitty cat katherine kathryn catharine cathryn | cecilia cissy cecily
charles charlie chas chuck chaz | charlotte lottie charlie char | christian chris | christina chris chrissie tina christine
christopher chris kit topher kris | clara claire | clifford cliff | constance connie | cornelius con neil
cynthia cindy | daniel dan danny | danielle dani ellie | david dave davy davey dai | deborah deb debbie debs debra
denise den | dennis den | desmond des | diana di diane | dominic dom nick | donald don donnie | dorothy dot dotty dolly dora
douglas doug dougie | edmund ed eddie ned ted | edward ed eddie ned ted teddy | edwin ed eddie
eleanor ellie nell nellie nora elinor ellen | elizabeth liz lizzie beth betty bess bessie eliza elsie libby lisa lisbeth betsy elisabeth lily
emily em emmy millie | emma em emmy | ernest ernie | esther essie hetty | eugene gene | evelyn eve evie
florence flo flora florrie | frances fran frankie francesca | francis frank frankie fran | frederick fred freddie freddy
gabriel gabe | gabrielle gabby | gareth gary gaz | gavin gav | geoffrey geoff jeff jeffrey | george georgie
georgina georgie gina | gerald gerry jerry ged | gerard gerry ged jerry | gertrude gert trudy gertie | gilbert gil bert
gillian gill jill jilly | gordon gordie | grace gracie | graham gra | gregory greg | gwendolen gwen gwendoline
hannah ann anna | harold harry hal | harriet hattie harrie | harrison harry | heather heath | helen nell ellen nellie lena
henrietta hetty etta | henry harry hal hank | herbert bert herb bertie | hilary hil | howard howie | hubert bert hugh | hugh hughie hugo
humphrey humph | ian iain | ignatius iggy | imogen immy | irene rene | isaac zac ike | isabella bella izzy isabel ella belle isobel
isabel izzy bella belle isobel | jacob jake | jacqueline jackie jacqui | james jim jimmy jamie jem jas | jane janie jenny janet
janet jan | janice jan | jasmine jas jaz | jason jase | jean jeannie | jemima mima jem | jennifer jen jenny jenna | jeremy jem jerry jez
jeremiah jerry | jessica jess jessie | jillian jill | joanna jo joanne | joanne jo | john jack johnny jon jock ian sean | jonathan jon jonny johnny
joseph joe joey jo | josephine jo josie | joshua josh | joyce joy | judith judy jude | julia julie jules | julian jules | juliet julie jules
justin jus | katrina kat trina | kathleen kath kathy kate | kayleigh kay | keith kei | kenneth ken kenny | kevin kev | kimberley kim kimberly
kirsten kirsty | laurence larry laurie lawrence loz | laura laurie lolly | lauren loz laurie | leonard len lenny leo | leopold leo | leslie les lesley
lillian lily lil lilian | lewis lou louis lew | linda lin lynda lindy | lindsay lin linds lindsey | louis lou lewis | louisa lou louise | louise lou lulu
lucy lou luce lucinda | luke lucas | lydia lyddie | madeleine maddy maddie madeline | malcolm mal | marcus marc mark | margaret maggie meg peggy madge marge mags greta rita daisy peg megan
maria mary marie | marion mary | mark marc | marjorie marge marj | martha marty mattie patty | martin marty mart martyn | mary molly polly may mamie maria marie moll minnie
matilda tilly mattie maud | matthew matt matty mat | maureen mo | maurice mo | maxwell max | maximilian max | melanie mel | melissa mel lissa | michael mick mike mikey micky mitch
michelle shell shelly chelle | mildred millie | millicent millie | miriam mim | mitchell mitch | mohammed mo mohammad muhammad mohamed moh muhammed mohamad | montague monty | morris mo
nadine nad | nancy nan ann | natalie nat tally nats | natasha tash tasha nat | nathan nat nate | nathaniel nat nate nathan | nicholas nick nicky nico colin nicolas
nicola nicky nic niki | nigel nige | noel no | norman norm | oliver ollie olly noll | olivia liv livvy ollie | oscar ozzie | oswald oz ossie
pamela pam | patricia pat patsy tricia trish patty paddy | patrick pat paddy rick | paul pauly | pauline paula polly | penelope penny | percival percy | peter pete
philip phil pip phillip | philippa pip pippa | phyllis phyl | priscilla cilla prissy | prudence pru | rachel rach rae | raphael rafe raf | raymond ray
rebecca becky becca bex becks | reginald reg reggie rex | richard rick dick richie ricky rich dickie | robert bob rob bobby robbie robin bert rab | roberta bobbie
roderick rod rory | rodney rod | roger rodge | roland roly rowland | ronald ron ronnie | rosalind ros roz | rosemary rose rosie romy | rosamund ros rose | roseanne rose rosie
rupert rupe | russell russ rusty | ruth ruthie | samantha sam sammy | samuel sam sammy | sarah sally sadie sal sara | scarlett scar | scott scottie | sebastian seb bas
sharon shaz | sheila she | shirley shirl | sidney sid sydney | simon si | solomon sol | sophia sophie sof | stanley stan | stephanie steph stef | stephen steve steven stevie ste
stuart stu stewart | susan sue susie suzy suzie suzanne susannah | sylvia sylv silvia | tabitha tabby | terence terry tel | teresa terry tess tessa theresa tracy | thaddeus thad
theodore theo ted teddy | theodora dora thea | thomas tom tommy thom | timothy tim timmy | tobias toby | trevor trev | ursula ursie | valerie val | vanessa nessa
vera vee | veronica ronnie vera | victor vic | victoria vicky tori vic vikki vickie | vincent vin vince vinny | violet vi | virginia ginny | vivian viv | vivienne viv
walter wally walt wat | warwick wick | wendy wen | wilfred wilf fred will | wilhelmina mina billie minnie | william will bill billy willy liam willie | winifred win winnie freda
yvonne eve von | zachary zac zach zack | zoe zo
"""


def _roots() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in FULL_AND_SHORT.replace("\n", "|").split("|"):
        names = group.split()
        for name in names:
            found.setdefault(name, []).append(names[0])
    return MappingProxyType({name: tuple(sorted(set(roots))) for name, roots in found.items()})


ROOTS = _roots()


def full_names(forename: str) -> tuple[str, ...]:
    """The names that a forename, in the form of `read_name`, is or is short for: () where none is known."""
    return ROOTS.get(forename, ())
